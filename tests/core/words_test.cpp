// The transitions of both words, enumerated without threads: what each does, and that it touches nothing
// else.
#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using signalbox::detail::owner_cell;
using signalbox::detail::owner_word;
using signalbox::detail::permit_word;

std::vector<owner_word::type> all_flags_of_an_owner_word()
{
    std::vector<owner_word::type> flags;
    for (owner_word::type bits = 0; bits < 1024;
         ++bits) {  // queued, reserved, spinning and seven bits of count
        flags.push_back(bits << owner_word::owner_bits);
    }
    return flags;
}

TEST(owner_word, fields_cover_the_word_and_do_not_overlap)
{
    using word = owner_word;
    EXPECT_EQ(word::owner ^ word::queued ^ word::reserved ^ word::spinning ^ word::releases, ~word::type{0});
    EXPECT_EQ(word::owner + word::queued + word::reserved + word::spinning + word::releases, ~word::type{0});
}

TEST(owner_word, every_field_stands_where_the_table_says)
{
    EXPECT_EQ(owner_word::owner, 0x3F'FFFFU);
    EXPECT_EQ(owner_word::queued, 1U << 22);
    EXPECT_EQ(owner_word::reserved, 1U << 23);
    EXPECT_EQ(owner_word::spinning, 1U << 24);
    EXPECT_EQ(owner_word::releases, 0x7FU << 25);
    EXPECT_EQ(owner_cell{}.state.load(std::memory_order_relaxed), 0U);
    EXPECT_EQ(owner_cell::idle_flags(~owner_word::type{0}), 0U);
}

TEST(owner_word, is_free_exactly_when_it_names_no_owner)
{
    for (const auto flags : all_flags_of_an_owner_word()) {
        EXPECT_TRUE(owner_word::can_take(flags));
        EXPECT_FALSE(owner_word::can_take(flags | 1));
        EXPECT_FALSE(owner_word::can_take(flags | owner_word::owner));
    }
}

TEST(owner_word, taking_names_the_owner_and_keeps_every_flag)
{
    for (const auto flags : all_flags_of_an_owner_word()) {
        for (const std::uint32_t id : {1U, 2U, 0x155555U, owner_word::owner}) {
            const auto taken = owner_word::take(flags, id);
            EXPECT_EQ(owner_word::owner_of(taken), id);
            EXPECT_EQ(taken & ~owner_word::owner, flags);
        }
    }
}

TEST(owner_word, giving_leaves_no_owner_and_keeps_queued_and_reserved)
{
    constexpr auto kept = owner_word::queued | owner_word::reserved;
    for (const auto flags : all_flags_of_an_owner_word()) {
        const auto given = owner_word::give(flags | 77);
        EXPECT_EQ(owner_word::owner_of(given), 0U);
        EXPECT_EQ(given & kept, flags & kept);
    }
}

TEST(owner_word, giving_counts_one_release_while_one_spins_and_none_otherwise)
{
    for (const auto flags : all_flags_of_an_owner_word()) {
        const auto given = owner_word::give(flags | 77);
        const bool is_full = (flags & owner_word::releases) == owner_word::releases;
        if ((flags & owner_word::spinning) == 0) {
            EXPECT_EQ(given, flags);
        } else if (is_full) {
            EXPECT_EQ(given & (owner_word::spinning | owner_word::releases), 0U)
                << "a full count forgets the spinner";
        } else {
            EXPECT_EQ(owner_word::missed(flags, given), 1U);
            EXPECT_NE(given & owner_word::spinning, 0U);
        }
    }
}

TEST(owner_word, a_spinner_counts_what_it_missed_also_past_the_wrap)
{
    for (owner_word::type from = 0; from < 128; ++from) {
        for (owner_word::type by = 0; by < 128; ++by) {
            const auto before = from * owner_word::one_release;
            const auto after = ((from + by) % 128) * owner_word::one_release;
            EXPECT_EQ(owner_word::missed(before | 5, after | owner_word::queued), by);
        }
    }
}

TEST(owner_word, a_spinner_that_ceases_leaves_owner_and_queue_alone)
{
    for (const auto flags : all_flags_of_an_owner_word()) {
        const auto ceased = owner_word::stop_spinning(flags | 9);
        EXPECT_EQ(ceased, (flags & (owner_word::queued | owner_word::reserved)) | 9);
    }
}

TEST(owner_word, nothing_overtakes_a_mutex_but_by_reservation)
{
    EXPECT_FALSE(owner_cell::is_strict(0));
    EXPECT_FALSE(owner_cell::is_strict(~owner_word::type{0}));
    EXPECT_FALSE(owner_cell::is_settling(~owner_word::type{0}));
}

constexpr permit_word::type all_permit_flags[] = {0,
                                                  permit_word::queued,
                                                  permit_word::queued | permit_word::reserved,
                                                  permit_word::spinning,
                                                  permit_word::fifo,
                                                  permit_word::queued | permit_word::reserved |
                                                      permit_word::spinning | permit_word::fifo};
constexpr std::int64_t most = permit_word::most;
constexpr std::int64_t some_counts[] = {0, 1, 2, 3, 7, 1000, most - 2, most - 1, most};

permit_word::type word_of(std::int64_t out, permit_word::type flags, permit_word::type releases)
{
    return permit_word::make(out, false) | flags | releases * permit_word::one_release;
}

TEST(permit_word, out_is_read_back_whatever_the_flags_and_the_count_of_releases)
{
    for (const auto out : some_counts) {
        for (const auto flags : all_permit_flags) {
            for (const permit_word::type releases : {0U, 1U, 127U, 255U}) {
                EXPECT_EQ(permit_word::out_of(word_of(out, flags, releases)), out);
            }
        }
    }
}

TEST(permit_word, n_can_be_taken_exactly_when_what_is_out_and_n_fit_into_the_capacity)
{
    for (const auto out : some_counts) {
        for (const auto n : some_counts) {
            for (const auto capacity : some_counts) {
                for (const auto flags : all_permit_flags) {
                    const bool fits = n <= capacity && out <= capacity - n;
                    EXPECT_EQ(permit_word::can_take(word_of(out, flags, 255), n, capacity), fits)
                        << out << " out, " << n << " wanted of " << capacity;
                }
            }
        }
    }
}

TEST(permit_word, taking_adds_to_what_is_out_and_changes_nothing_else)
{
    for (const auto flags : all_permit_flags) {
        for (const auto n : some_counts) {
            EXPECT_EQ(permit_word::take(word_of(0, flags, 3), n), word_of(n, flags, 3));
        }
    }
}

TEST(permit_word, a_release_takes_from_what_is_out_and_counts_one)
{
    for (const auto flags : all_permit_flags) {
        for (const auto n : some_counts) {
            EXPECT_EQ(word_of(n, flags, 3) + permit_word::release_of(n), word_of(0, flags, 4));
        }
    }
}

TEST(permit_word, the_count_of_releases_wraps_without_touching_what_is_out)
{
    const auto before = word_of(5, permit_word::queued, 255);
    const auto after = before + permit_word::release_of(2);
    EXPECT_EQ(after, word_of(3, permit_word::queued, 0));
    EXPECT_EQ(permit_word::missed(before, after), 1U);
}

TEST(permit_word, missed_counts_releases_and_not_what_was_taken_between_them)
{
    auto word = word_of(4, 0, 250);
    const auto before = word;
    for (unsigned releases = 1; releases < 10; ++releases) {
        word = permit_word::take(word, 3) + permit_word::release_of(2);
        EXPECT_EQ(permit_word::missed(before, word), releases);
    }
}

TEST(permit_word, a_mistaken_release_shows_as_overfull_lets_nobody_in_and_can_be_taken_back)
{
    for (const auto flags : all_permit_flags) {
        const auto full = word_of(0, flags, 9);
        auto word = full;
        for (int mistakes = 1; mistakes <= 3; ++mistakes) {
            word += permit_word::release_of(1);
            EXPECT_TRUE(permit_word::is_overfull(word));
            EXPECT_EQ(permit_word::out_of(word), -mistakes);
            EXPECT_FALSE(permit_word::can_take(word, 1, most));
        }
        for (int mistakes = 3; mistakes >= 1; --mistakes) {
            EXPECT_TRUE(permit_word::is_overfull(word));
            word -= permit_word::release_of(1);
        }
        EXPECT_EQ(word, full);
        EXPECT_FALSE(permit_word::is_overfull(word));
    }
}

TEST(permit_word, a_capacity_that_shrinks_below_what_is_out_lets_nobody_in)
{
    EXPECT_FALSE(permit_word::can_take(word_of(5, 0, 0), 1, 3));
    EXPECT_FALSE(permit_word::can_take(word_of(3, 0, 0), 1, 3));
    EXPECT_TRUE(permit_word::can_take(word_of(2, 0, 0), 1, 3));
}

TEST(permit_word, closing_reserves_for_ever_and_takes_the_queue_away)
{
    for (const auto flags : all_permit_flags) {
        const auto closed = permit_word::closed | permit_word::reserved;
        EXPECT_EQ(permit_word::close(word_of(3, flags, 9)),
                  word_of(3, (flags & ~permit_word::queued) | closed, 9));
    }
}

TEST(permit_word, a_resize_is_counted_in_its_field_alone)
{
    for (const auto flags : all_permit_flags) {
        const auto full = word_of(3, flags | permit_word::resizes, 9);
        EXPECT_EQ(permit_word::resize(full), word_of(3, flags, 9)) << "it wraps";
        EXPECT_EQ(permit_word::resize(word_of(3, flags, 9)), word_of(3, flags | permit_word::one_resize, 9));
    }
}

TEST(permit_word, every_field_stands_where_the_table_says)
{
    EXPECT_EQ(permit_word::queued, 1U);
    EXPECT_EQ(permit_word::reserved, 2U);
    EXPECT_EQ(permit_word::spinning, 4U);
    EXPECT_EQ(permit_word::make(0, true), 8U);
    EXPECT_EQ(permit_word::make(0, false), 0U);
    EXPECT_EQ(permit_word::fifo, 8U);
    EXPECT_EQ(permit_word::closed, 16U);
    EXPECT_EQ(permit_word::named, 32U);
    EXPECT_EQ(permit_word::one_resize, 64U);
    EXPECT_EQ(permit_word::resizes, 0xFFC0U);
    EXPECT_EQ(permit_word::most, (std::int64_t{1} << 39) - 1);
    EXPECT_EQ(permit_word::one_out, 1U << 16);
    EXPECT_EQ(permit_word::out_sign, permit_word::type{1} << 55);
    EXPECT_EQ(permit_word::one_release, permit_word::type{1} << 56);
    EXPECT_EQ(permit_word::stop_spinning(~permit_word::type{0}), ~permit_word::spinning);
}

}  // namespace
