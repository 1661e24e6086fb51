// What one thread does around a queue in which records stand that belong to nobody: releases, slices,
// spinning, and waits whose limit is over. What threads do to each other is in tests/simulated.
#include "core/waiting.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/platform/this_thread.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <thread>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;
using signalbox::limit;
using signalbox::outcome;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto queued = owner_word::queued;
constexpr auto reserved = owner_word::reserved;
constexpr auto spinning = owner_word::spinning;

struct around_a_mutex : testing::Test {
    owner_cell cell;
    waiter one{&cell, cell_kind::owner, 11};
    waiter two{&cell, cell_kind::owner, 12};
    thread_context me;

    ~around_a_mutex() override
    {
        policy = waiting_policy{};
        platform_context() = thread_context{};
    }

    static thread_context& platform_context() { return signalbox::platform::this_thread(); }
    owner_word::type now() const { return cell.state.load(relaxed); }
    void write(owner_word::type to) { cell.state.store(to, relaxed); }
    bool is_empty() { return bucket_for(&cell).first(&cell, cell_kind::owner) == nullptr; }

    /// As if a slice had begun, whose end is so far away.
    void begin_slice(std::chrono::nanoseconds left)
    {
        time_slice::begin(me, cell, 1);
        me.slice_end = me.slice_looked + left;
    }
    void release()
    {
        release_and_visit(cell, me,
                          [this](owner_word::type forget) { write(owner_word::give(now()) & ~forget); });
    }
};

TEST_F(around_a_mutex, an_unlock_clears_the_flags_above_an_empty_queue)
{
    write(queued | reserved | spinning | 5);
    release();
    EXPECT_EQ(now(), owner_word::give(spinning | 5));
}

TEST_F(around_a_mutex, an_unlock_keeps_the_flags_above_a_queue_and_serves_it)
{
    const parked_line queue{&one, &two};
    write(queued | 5);
    release();
    EXPECT_EQ(now(), queued);
    EXPECT_EQ(state_of(one), waiter::called);
    one.is_reserving = true;
    write(queued | reserved | 5);
    release();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(now(), queued | 11);
}

TEST_F(around_a_mutex, newcomers_take_what_is_free_and_not_what_is_reserved)
{
    write(queued | spinning);
    EXPECT_TRUE(take_free(cell, 7));
    EXPECT_EQ(now(), queued | spinning | 7);
    EXPECT_FALSE(take_free(cell, 8));
    write(queued | reserved);
    EXPECT_FALSE(take_free(cell, 7));
    EXPECT_EQ(now(), queued | reserved);
}

TEST_F(around_a_mutex, one_spins_at_a_time_and_nobody_at_what_is_reserved)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    for (const auto forbidden : {spinning, reserved, spinning | reserved}) {
        write(forbidden);
        EXPECT_EQ(spin(cell, 7, limit{}), spin_result::gave_up);
        EXPECT_EQ(now(), forbidden);
    }
    write(0);
    policy.spins = false;
    EXPECT_EQ(spin(cell, 7, limit{}), spin_result::gave_up);
    EXPECT_EQ(now(), 0U);
}

TEST_F(around_a_mutex, a_spinner_takes_what_is_free_and_leaves_no_mark)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    write(queued);
    EXPECT_EQ(spin(cell, 7, limit{}), spin_result::taken);
    EXPECT_EQ(now(), queued | 7);
    policy.polls_per_look = 1;
    EXPECT_EQ(spin(cell, 8, limit{0ms}), spin_result::gave_up) << "its limit is over";
    EXPECT_EQ(now(), queued | 7);
}

TEST_F(around_a_mutex, a_spinner_leaves_what_was_reserved_meanwhile)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    policy.spin_least = policy.spin_most = 1h;
    for (const auto owner : {0U, 5U}) {
        write(5);
        const std::jthread other{[this, owner] {
            while (now() != (spinning | 5)) {
                std::this_thread::yield();
            }
            write(spinning | reserved | owner);
        }};
        EXPECT_EQ(spin(cell, 7, limit{}), spin_result::gave_up);
        EXPECT_EQ(now(), reserved | owner);
    }
}

TEST_F(around_a_mutex, a_spinner_looks_at_its_limit)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    policy.spin_least = policy.spin_most = 1h;
    write(5);
    EXPECT_EQ(spin(cell, 7, limit{1ms}), spin_result::gave_up);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(spin(cell, 7, limit{stop.get_token()}), spin_result::gave_up);
}

TEST_F(around_a_mutex, a_spinner_gives_up_by_itself)
{
    write(5);
    EXPECT_EQ(spin(cell, 7, limit{}), spin_result::gave_up);
    EXPECT_EQ(now(), 5U);
}

TEST_F(around_a_mutex, who_has_to_stand_aside_queues_and_may_not_pass)
{
    thread_context& self = platform_context();
    self.id = 7;
    self.expelled = &cell;
    const parked_line queue{&one};
    write(queued);
    EXPECT_EQ(acquire(cell, 7, limit{0ms}), outcome::timed_out) << "somebody else is to have it";
    EXPECT_EQ(self.expelled, nullptr) << "it has stood aside";
    EXPECT_EQ(now(), queued);
    EXPECT_EQ(acquire(cell, 7, limit{0ms}), outcome::acquired);
}

TEST_F(around_a_mutex, who_has_to_stand_aside_elsewhere_takes_what_is_free)
{
    thread_context& self = platform_context();
    int other = 0;
    self.id = 7;
    self.expelled = &other;
    EXPECT_EQ(acquire(cell, 7, limit{0ms}), outcome::acquired);
    EXPECT_EQ(self.expelled, &other);
    EXPECT_EQ(self.returning, &cell);
}

TEST_F(around_a_mutex, who_waits_and_is_not_served_leaves_the_queue_as_it_was)
{
    const parked_line queue{&one};
    write(5);
    platform_context().id = 7;
    EXPECT_EQ(acquire(cell, 7, limit{0ms}), outcome::timed_out);
    EXPECT_EQ(one.next, nullptr);
    EXPECT_EQ(one.length, 1U);
    EXPECT_EQ(count_waiters(cell), 1U);
    EXPECT_EQ(now(), queued | 5) << "it wrote the flags of those who stay";
}

TEST_F(around_a_mutex, who_leaves_passes_on_what_came_free)
{
    const parked_line queue{&one};
    write(reserved | queued);  // nobody owns it, and nobody was told
    one.is_reserving = true;
    platform_context().id = 7;
    EXPECT_EQ(acquire(cell, 7, limit{0ms}), outcome::timed_out);
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(now(), 11U);
}

TEST_F(around_a_mutex, waiters_are_counted)
{
    EXPECT_EQ(count_waiters(cell), 0U);
    const parked_line queue{&one, &two};
    EXPECT_EQ(count_waiters(cell), 2U);
}

TEST(around_a_semaphore, who_wants_several_or_stands_under_fifo_does_not_spin)
{
    permit_cell cell{{permit_word::make(0, false)}, {3}};
    EXPECT_EQ(spin(cell, 2, limit{}), spin_result::gave_up);
    EXPECT_EQ(permit_word::out_of(cell.state.load(relaxed)), 0);
    permit_cell fifo{{permit_word::make(0, true)}, {3}};
    EXPECT_EQ(spin(fifo, 1, limit{}), spin_result::gave_up);
    EXPECT_EQ(permit_word::out_of(fifo.state.load(relaxed)), 0);
}

TEST(around_a_semaphore, who_times_out_in_the_queue_waits_for_a_mistaken_release_to_be_taken_back)
{
    permit_cell cell{{permit_word::make(0, false) + permit_word::release_of(1)}, {1}};
    signalbox::platform::this_thread().expelled = &cell;  // it queues at once
    std::atomic<bool> is_over = false;
    const std::jthread other{[&cell, &is_over] {
        while (count_waiters(cell) == 0 && !is_over) {
            std::this_thread::yield();
        }
        cell.state.fetch_sub(permit_word::release_of(1), relaxed);
    }};
    EXPECT_EQ(acquire(cell, 1, limit{0ms}), outcome::acquired);
    is_over = true;
}

TEST(around_a_semaphore, a_spinner_stops_at_a_shortage_and_counts_what_it_misses)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    policy.spin_least = policy.spin_most = 1h;  // only the count ends it
    permit_cell cell{{permit_word::make(1, false)}, {1}};
    std::jthread releaser{[&cell] {
        while ((cell.state.load(relaxed) & permit_word::spinning) == 0) {
            std::this_thread::yield();
        }
        cell.state.fetch_add(permit_word::one_release * policy.missed_most, relaxed);
    }};
    EXPECT_EQ(spin(cell, 1, limit{}), spin_result::releases_are_frequent);
    EXPECT_EQ(cell.state.load(relaxed) & permit_word::spinning, 0U);
    releaser.join();
    policy = waiting_policy{};
}

}  // namespace
