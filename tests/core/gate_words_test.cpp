// The words of event, latch and barrier, and the fields of the semaphore's that a close and a resize change.
#include <gtest/gtest.h>

#include <signalbox/detail/barrier_word.hpp>
#include <signalbox/detail/event_word.hpp>
#include <signalbox/detail/latch_word.hpp>
#include <signalbox/detail/permit_word.hpp>

namespace {

using namespace signalbox::detail;

TEST(event_word, a_set_counts_once_until_the_reset_and_wraps_without_touching_the_flags)
{
    const auto once = event_word::after_set(event_word::queued);
    EXPECT_TRUE(event_word::is_set(once));
    EXPECT_EQ(event_word::sets(once), 1U);
    EXPECT_EQ(event_word::after_set(once), once);
    const event_word::type last = ~event_word::set;
    const auto wrapped = event_word::after_set(last);
    EXPECT_EQ(event_word::sets(wrapped), 0U);
    EXPECT_EQ(wrapped & 15U, 15U);
}

TEST(event_word, is_open_while_it_is_set_and_for_those_who_came_before_a_set)
{
    const auto set = event_word::after_set(0);
    const auto reset = set & ~event_word::set;
    EXPECT_FALSE(event_word::is_open(0, 0));
    EXPECT_TRUE(event_word::is_open(set, 1));
    EXPECT_TRUE(event_word::is_open(reset, 0));
    EXPECT_FALSE(event_word::is_open(reset, 1));
}

TEST(latch_word, is_open_from_zero_on_also_while_a_mistake_is_taken_back)
{
    for (const latch_word::type flags : {latch_word::type{0}, latch_word::queued | latch_word::reserved}) {
        const auto one = latch_word::make(1) | flags;
        EXPECT_FALSE(latch_word::is_open(one));
        EXPECT_TRUE(latch_word::is_open(one - latch_word::one));
        EXPECT_TRUE(latch_word::is_open(one - 3 * latch_word::one));
        EXPECT_EQ(latch_word::pending_of(one - 3 * latch_word::one), -2);
        EXPECT_EQ(latch_word::make(latch_word::most),
                  latch_word::make(latch_word::most) & ~latch_word::type{3});
        EXPECT_EQ(latch_word::pending_of(latch_word::make(latch_word::most) | flags), latch_word::most);
    }
}

TEST(barrier_word, an_arrival_changes_what_is_pending_and_one_that_drops_what_is_expected)
{
    for (const std::int64_t expected : {std::int64_t{5}, barrier_word::most}) {
        const auto full = barrier_word::make(expected) | barrier_word::queued | barrier_word::phase;
        const auto after = barrier_word::arrive(full, 3, 1);
        EXPECT_EQ(barrier_word::pending_of(after), expected - 3);
        EXPECT_EQ(barrier_word::expected_of(after), expected - 1);
        EXPECT_EQ(after & (barrier_word::one_phase - 1), barrier_word::queued);
        EXPECT_EQ(barrier_word::phase_of(after), barrier_word::phase_of(full));
    }
}

TEST(barrier_word, the_next_phase_begins_with_those_who_are_expected_and_wraps_within_its_field)
{
    const auto last = barrier_word::arrive(barrier_word::make(7), 7, 2) | barrier_word::phase | 3U;
    const auto next = barrier_word::advance(last);
    EXPECT_EQ(barrier_word::phase_of(next), 0U);
    EXPECT_EQ(barrier_word::pending_of(next), 5);
    EXPECT_EQ(barrier_word::expected_of(next), 5);
    EXPECT_EQ(next & 3U, 3U);
    EXPECT_TRUE(barrier_word::is_open(next, barrier_word::phase_of(last)));
    EXPECT_FALSE(barrier_word::is_open(next, 0));
}

TEST(permit_word, resizes_are_counted_within_their_field)
{
    permit_word::type word = permit_word::make(5, true) | permit_word::queued | permit_word::closed;
    const auto first = word;
    for (int i = 0; i < 1'023; ++i) {
        word = permit_word::resize(word);
        EXPECT_NE(word, first);
        EXPECT_EQ(word & ~permit_word::resizes, first);
    }
    EXPECT_EQ(permit_word::resize(word), first);
}

TEST(permit_word, closing_reserves_it_for_nobody_and_keeps_what_is_out)
{
    const auto word = permit_word::close(permit_word::make(5, false) | permit_word::queued);
    EXPECT_EQ(word, permit_word::make(5, false) | permit_word::closed | permit_word::reserved);
    EXPECT_EQ(permit_cell::idle_flags(word), permit_word::reserved);
    EXPECT_EQ(permit_cell::idle_flags(permit_word::make(5, false)), 0U);
}

}  // namespace
