// Time slices without threads: when one begins, what it does to those who are parked, and how it ends.
#include "core/waiting.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/detail/shared_word.hpp>

#include <gtest/gtest.h>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto queued = owner_word::queued;
constexpr auto both_flags = owner_word::queued | owner_word::reserved;

struct time_slice_of_a_mutex : testing::Test {
    owner_cell cell;
    waiter one{&cell, cell_kind::owner, 11};
    waiter two{&cell, cell_kind::owner, 12};
    thread_context me;

    ~time_slice_of_a_mutex() override { policy = waiting_policy{}; }

    owner_word::type now() const { return cell.state.load(relaxed); }
    void write(owner_word::type to) { cell.state.store(to, relaxed); }
    void after_release()
    {
        wake_list wakes;
        signalbox::detail::after_release(cell, bucket_for(&cell), me, wakes);
    }

    /// As if a slice had begun, whose end is so far away.
    void begin_slice(std::chrono::nanoseconds left)
    {
        time_slice::begin(me, cell, 1);
        me.slice_end = me.slice_looked + left;
    }
};

struct time_slice_of_a_semaphore : testing::Test {
    permit_cell cell{{permit_word::make(2, false) | permit_word::queued}, {3}};  // one is free
    waiter one{&cell, cell_kind::permits, 1};
    waiter two{&cell, cell_kind::permits, 1};
    thread_context me;

    void after_release()
    {
        wake_list wakes;
        signalbox::detail::after_release(cell, bucket_for(&cell), me, wakes);
    }
};

TEST_F(time_slice_of_a_mutex, a_slice_begins_over_a_timed_sleep_alone)
{
    const parked_line queue{&one};
    write(owner_word::queued | owner_word::spinning);
    EXPECT_FALSE(start_slice(cell, one)) << "it is not patient";
    one.is_patient = true;
    one.state.store(waiter::awake, relaxed);
    EXPECT_FALSE(start_slice(cell, one)) << "it is awake";
    one.state.store(waiter::parked, relaxed);
    write(both_flags);
    EXPECT_FALSE(start_slice(cell, one)) << "it has reserved";
    EXPECT_EQ(now(), both_flags);
    write(owner_word::queued | owner_word::spinning);
    EXPECT_TRUE(start_slice(cell, one));
    EXPECT_EQ(now(), owner_word::spinning);
}

TEST_F(time_slice_of_a_mutex, a_release_without_waiters_changes_nothing)
{
    write(owner_word::queued);
    after_release();
    EXPECT_EQ(now(), owner_word::queued);
    EXPECT_EQ(me.slice_of, nullptr);
}

TEST_F(time_slice_of_a_mutex, an_owner_that_others_trust_begins_a_slice_and_calls_nobody)
{
    const parked_line queue{&one, &two};
    one.is_patient = true;
    write(owner_word::queued);
    after_release();
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_EQ(me.slice_end - me.slice_looked, policy.slice(2));
    EXPECT_EQ(now(), queued) << "so that it can measure how long it is away, and inside";
    after_release();
    EXPECT_EQ(now(), 0U);
    EXPECT_EQ(state_of(one), waiter::parked);
}

TEST_F(time_slice_of_a_mutex, an_owner_whose_waiter_does_not_trust_it_keeps_the_clock_and_calls_it)
{
    const parked_line queue{&one};
    write(owner_word::queued);
    after_release();
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_EQ(state_of(one), waiter::called);
    const auto end = me.slice_end;
    after_release();
    EXPECT_EQ(me.slice_end, end) << "the next release goes on with the slice";
}

TEST_F(time_slice_of_a_mutex, a_slice_ends_when_its_heir_has_come)
{
    const parked_line queue{&one};
    write(both_flags);
    me.slice_of = &cell;
    after_release();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(me.expelled, &cell);
}

TEST_F(time_slice_of_a_mutex, an_owner_without_a_slice_hands_over_and_begins_none)
{
    const parked_line queue{&one};
    write(both_flags);
    after_release();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(me.expelled, nullptr);
}

TEST_F(time_slice_of_a_semaphore, a_signal_is_handed_over_and_begins_no_slice)
{
    const parked_line queue{&one, &two};
    one.is_patient = true;
    after_release();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(queue.first(), &two);
    EXPECT_EQ(me.slice_of, nullptr);
}

TEST_F(time_slice_of_a_semaphore, who_gives_back_what_it_took_keeps_a_slice)
{
    const parked_line queue{&one};
    one.is_patient = true;
    me.returning = &cell;
    after_release();
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_EQ(me.slice_kind, cell_kind::permits);
    EXPECT_EQ(state_of(one), waiter::parked);
    EXPECT_EQ(permit_word::out_of(cell.state.load(relaxed)), 2);
}

TEST_F(time_slice_of_a_mutex, a_slice_starts_with_everything_that_belongs_to_it)
{
    me.slice_is_over = true;
    me.slice_stride = 16;
    me.slice_polls = 7;
    time_slice::begin(me, cell, 4);
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_EQ(me.slice_kind, cell_kind::owner);
    EXPECT_FALSE(me.slice_is_over);
    EXPECT_EQ(me.slice_stride, 1U);
    EXPECT_EQ(me.slice_polls, 1U);
    EXPECT_LT(signalbox::platform::now() - me.slice_looked, 1h);
    EXPECT_EQ(me.slice_end - me.slice_looked, policy.slice(4));
    const permit_cell permits{{0}, {1}};
    time_slice::begin(me, permits, 4);
    EXPECT_EQ(me.slice_kind, cell_kind::permits);
}

TEST_F(time_slice_of_a_mutex, the_clock_is_read_less_often_while_releases_are_quick)
{
    begin_slice(1h);
    policy.look_every = 1h;
    const auto before = me.slice_looked -= 1ms;
    EXPECT_FALSE(time_slice::is_due(me));
    EXPECT_EQ(me.slice_stride, 2U);
    EXPECT_EQ(me.slice_polls, 2U);
    EXPECT_GT(me.slice_looked, before);
    policy.look_every = 1ns;
    me.slice_looked -= 1ms;
    EXPECT_FALSE(time_slice::is_due(me));
    EXPECT_EQ(me.slice_stride, 1U);
    begin_slice(-1ms);
    EXPECT_TRUE(time_slice::is_due(me));
}

TEST_F(time_slice_of_a_mutex, a_slice_goes_on_until_it_is_due)
{
    const parked_line queue{&one};
    begin_slice(1h);
    keep_slice(cell, me);
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_FALSE(me.slice_is_over);
    EXPECT_EQ(state_of(one), waiter::parked);
}

TEST_F(time_slice_of_a_mutex, a_slice_that_nobody_waits_for_ends_without_standing_aside)
{
    for (const bool is_over : {false, true}) {
        begin_slice(-1ms);
        me.slice_is_over = is_over;
        keep_slice(cell, me);
        EXPECT_EQ(me.slice_of, nullptr);
        EXPECT_EQ(me.expelled, nullptr);
    }
}

TEST_F(time_slice_of_a_mutex, the_heir_is_called_when_the_slice_is_over_and_has_its_grace)
{
    const parked_line queue{&one, &two};
    policy.heir_grace = 1h;
    begin_slice(-1ms);
    keep_slice(cell, me);
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_TRUE(me.slice_is_over);
    EXPECT_EQ(me.slice_end - me.slice_looked, 1h);
    EXPECT_EQ(state_of(one), waiter::called);
    EXPECT_EQ(state_of(two), waiter::parked);
    EXPECT_EQ(now(), 0U) << "the owner goes on meanwhile";
}

TEST_F(time_slice_of_a_mutex, an_heir_that_is_awake_is_not_told_again)
{
    const parked_line queue{&one};
    one.state.store(waiter::awake, relaxed);
    begin_slice(-1ms);
    keep_slice(cell, me);
    EXPECT_EQ(state_of(one), waiter::awake);
}

TEST_F(time_slice_of_a_mutex, an_owner_whose_heir_has_not_come_stands_aside_and_leaves_it_the_word)
{
    const parked_line queue{&one, &two};
    begin_slice(-1ms);
    me.slice_is_over = true;
    keep_slice(cell, me);
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(me.expelled, &cell);
    EXPECT_EQ(now(), queued) << "whoever releases next visits the queue";
    EXPECT_EQ(state_of(one), waiter::called);
}

TEST_F(time_slice_of_a_mutex, an_owner_that_stands_aside_hands_over_to_whom_has_reserved)
{
    const parked_line queue{&one, &two};
    one.is_reserving = true;
    begin_slice(-1ms);
    me.slice_is_over = true;
    keep_slice(cell, me);
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(now(), queued | 11);
}

TEST(time_slice_of_a_shared_mutex, who_passes_a_writer_by_that_sleeps_with_a_timer_keeps_its_clock)
{
    shared_cell cell;
    cell.state = shared_word::one_reader | shared_word::queued;
    waiter writer{&cell, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 11)};
    writer.is_patient = true;
    const parked_line queue{&writer};
    thread_context me;
    share(cell, me);
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_EQ(cell.state.load(relaxed), shared_word::one_reader);
    EXPECT_EQ(state_of(writer), waiter::parked);
}

}  // namespace
