// Letting others run before one sleeps for a share: how long, for what, and who does it.
#include "core/turns.hpp"

#include <signalbox/detail/shared_word.hpp>
#include <signalbox/platform/this_thread.hpp>

#include <atomic>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "core/waiting.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;
using signalbox::limit;
using signalbox::outcome;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto both_flags = shared_word::queued | shared_word::reserved;
constexpr auto to_read = shared_cell::wish(share_mode::shared, 7);
constexpr auto to_write = shared_cell::wish(share_mode::exclusive, 7);

unsigned pauses_within(const limit& until)
{
    turn_loop turns{until};
    unsigned count = 0;
    while (turns.pause()) {
        ++count;
    }
    return count;
}

struct who_takes_turns : testing::Test {
    shared_cell cell;

    who_takes_turns()
    {
        policy.polls_per_turn = 4;
        policy.most_turns = 3;
        policy.turns_last = 1h;
    }
    ~who_takes_turns() override { policy = waiting_policy{}; }

    shared_word::type now() const { return cell.state.load(relaxed); }
};

TEST_F(who_takes_turns, gives_up_after_so_many)
{
    EXPECT_EQ(pauses_within(limit{}), 3 * 4 + 3U);
    policy.most_turns = 0;
    EXPECT_EQ(pauses_within(limit{}), 3U);
}

TEST_F(who_takes_turns, gives_up_at_the_next_one_when_its_limit_is_over)
{
    EXPECT_EQ(pauses_within(limit{0ms}), 3U);
    std::stop_source source;
    EXPECT_EQ(pauses_within(limit{source.get_token()}), 3 * 4 + 3U);
    source.request_stop();
    EXPECT_EQ(pauses_within(limit{source.get_token()}), 3U);
}

TEST_F(who_takes_turns, gives_up_at_the_next_one_when_they_have_lasted)
{
    policy.turns_last = 0ns;
    EXPECT_EQ(pauses_within(limit{}), 3U);
}

TEST_F(who_takes_turns, takes_a_share_that_is_free)
{
    EXPECT_TRUE(take_share_in_turns(cell, to_read, limit{}));
    EXPECT_EQ(now(), shared_word::one_reader);
}

TEST_F(who_takes_turns, leaves_what_is_written_or_reserved)
{
    for (const auto forbidden : {shared_word::written_by(5), shared_word::one_reader | both_flags}) {
        cell.state.store(forbidden, relaxed);
        EXPECT_FALSE(take_share_in_turns(cell, to_read, limit{}));
        EXPECT_EQ(now(), forbidden);
    }
}

TEST_F(who_takes_turns, wants_a_share)
{
    EXPECT_FALSE(take_share_in_turns(cell, to_write, limit{}));
    policy.spins = false;
    EXPECT_FALSE(take_share_in_turns(cell, to_read, limit{}));
    EXPECT_EQ(now(), 0U);
}

TEST_F(who_takes_turns, has_not_queued_yet)
{
    policy.polls_per_turn = 1;
    policy.most_turns = ~0U;
    cell.state.store(shared_word::written_by(5), relaxed);
    std::atomic<unsigned> waiters = 0;
    std::jthread writer{[&] {
        for (unsigned i = 0; i < 1000; ++i) {
            std::this_thread::yield();
            waiters += static_cast<unsigned>(count_waiters(cell));
        }
        cell.state.store(0, relaxed);
    }};
    EXPECT_EQ(acquire(cell, to_read, limit{}), outcome::acquired);
    writer.join();
    EXPECT_EQ(now(), shared_word::one_reader);
    EXPECT_EQ(waiters, 0U);
}

TEST(a_spinner_that_wants_to_write, gives_up_when_readers_come_and_go_and_never_leave_it_all)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    policy.spin_least = policy.spin_most = 1h;  // only the readers end it
    shared_cell cell;
    cell.state.store(shared_word::one_reader, relaxed);
    std::atomic<bool> is_over = false;
    std::jthread readers{[&] {
        while (!is_over) {
            cell.state.fetch_add(shared_word::one_reader, relaxed);
            std::this_thread::yield();
            cell.state.fetch_sub(shared_word::one_reader, relaxed);
            std::this_thread::yield();
        }
    }};
    EXPECT_EQ(spin(cell, to_write, limit{}), spin_result::gave_up);
    is_over = true;
    readers.join();
    EXPECT_EQ(cell.state.load(relaxed), shared_word::one_reader);
    policy = waiting_policy{};
}

/// Whether a thread that wants this, and whose slice has ended, trusts that it will be called.
bool is_patient_after_its_slice(share_mode how)
{
    shared_cell cell;
    cell.state.store(shared_word::written_by(5), relaxed);
    std::stop_source source;
    const std::jthread other{[&] {
        thread_context& me = signalbox::platform::this_thread();
        me.expelled = &cell;
        EXPECT_EQ(acquire(cell, shared_cell::wish(how, identity_of(me)), limit{source.get_token()}),
                  outcome::stopped);
    }};
    while (count_waiters(cell) == 0) {
        std::this_thread::yield();
    }
    bucket& place = bucket_for(&cell);
    place.lock.lock();
    const bool is_patient = place.first(&cell, cell_kind::shared)->is_patient;
    place.lock.unlock();
    source.request_stop();
    return is_patient;
}

TEST(a_thread_whose_slice_has_ended, is_patient_if_it_wants_to_write)
{
    EXPECT_TRUE(is_patient_after_its_slice(share_mode::exclusive));
    EXPECT_FALSE(is_patient_after_its_slice(share_mode::shared));
}

}  // namespace
