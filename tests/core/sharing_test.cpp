// Slices that are shared, without threads: an owner that is away for long lets one more in meanwhile.
#include "core/waiting.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/platform/this_thread.hpp>

#include <gtest/gtest.h>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto queued = owner_word::queued;
constexpr auto both_flags = owner_word::queued | owner_word::reserved;

struct a_slice_that_can_be_shared : testing::Test {
    owner_cell cell;
    waiter one{&cell, cell_kind::owner, 11};
    waiter two{&cell, cell_kind::owner, 12};
    thread_context& me = signalbox::platform::this_thread();

    a_slice_that_can_be_shared()
    {
        me.id = 7;
        one.is_patient = true;
    }
    ~a_slice_that_can_be_shared() override
    {
        policy = waiting_policy{};
        me = thread_context{};
    }

    void after_release()
    {
        wake_list wakes;
        signalbox::detail::after_release(cell, bucket_for(&cell), me, wakes);
    }
    /// As if the owner had measured one turn.
    void measure(std::chrono::nanoseconds away, std::chrono::nanoseconds inside)
    {
        time_slice::begin(me, cell, 2);
        me.slice_away = away;
        me.slice_taken = signalbox::platform::now() - inside;
        cell.state.store(queued, relaxed);
        after_release();
    }
    void begin_shared()
    {
        time_slice::begin(me, cell, 2);
        me.slice_is_measured = me.slice_is_shared = true;
        me.slice_end = me.slice_looked + 24h;
    }
};

TEST_F(a_slice_that_can_be_shared, begins_unshared_and_with_nothing_measured)
{
    begin_shared();
    me.slice_taken = me.slice_looked;
    time_slice::begin(me, cell, 2);
    EXPECT_FALSE(me.slice_is_shared);
    EXPECT_EQ(me.slice_taken, thread_context{}.slice_taken);
}

TEST_F(a_slice_that_can_be_shared, calls_one_waiter_if_the_owner_was_away_for_as_long_as_inside)
{
    const parked_line queue{&one, &two};
    measure(24h, 1ms);
    EXPECT_TRUE(me.slice_is_shared);
    EXPECT_EQ(state_of(one), waiter::called);
    EXPECT_EQ(state_of(two), waiter::parked);
    one.state.store(waiter::parked, relaxed);
    after_release();
    EXPECT_EQ(state_of(one), waiter::parked) << "once";
}

TEST_F(a_slice_that_can_be_shared, calls_nobody_if_the_owner_was_inside_for_longer)
{
    const parked_line queue{&one, &two};
    measure(1ms, 24h);
    EXPECT_FALSE(me.slice_is_shared);
    EXPECT_EQ(state_of(one), waiter::parked);
    EXPECT_EQ(cell.state.load(relaxed), 0U) << "it runs on the fast path";
}

TEST_F(a_slice_that_can_be_shared, calls_nobody_beside_one_that_spins)
{
    const parked_line queue{&one, &two};
    time_slice::begin(me, cell, 2);
    me.slice_away = 24h;
    me.slice_taken = signalbox::platform::now();
    cell.state.store(queued | owner_word::spinning, relaxed);
    after_release();
    EXPECT_TRUE(me.slice_is_shared);
    EXPECT_EQ(state_of(one), waiter::parked);
}

TEST_F(a_slice_that_can_be_shared, measures_the_first_time_that_the_owner_comes_back)
{
    const parked_line queue{&one};
    cell.state.store(queued, relaxed);
    after_release();
    EXPECT_EQ(cell.state.load(relaxed), queued) << "so that the next lock comes by";
    me.slice_looked -= 24h;
    EXPECT_EQ(acquire(cell, 7, signalbox::limit{}), signalbox::outcome::acquired);
    EXPECT_GE(me.slice_away, 24h);
    EXPECT_NE(me.slice_taken, std::chrono::steady_clock::time_point{});
    cell.state.store(queued, relaxed);
    after_release();
    EXPECT_TRUE(me.slice_is_measured);
    EXPECT_TRUE(me.slice_is_shared);
}

TEST_F(a_slice_that_can_be_shared, goes_on_when_another_is_served)
{
    const parked_line queue{&one, &two};
    one.is_reserving = true;
    cell.state.store(both_flags, relaxed);
    begin_shared();
    after_release();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(me.slice_of, &cell);
    EXPECT_EQ(me.expelled, nullptr);
}

TEST_F(a_slice_that_can_be_shared, ends_when_its_heir_is_served)
{
    const parked_line queue{&one, &two};
    one.is_reserving = true;
    cell.state.store(both_flags, relaxed);
    begin_shared();
    me.slice_is_over = true;
    after_release();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(me.expelled, &cell);
}

TEST_F(a_slice_that_can_be_shared, calls_the_next_one_when_nobody_shares_it)
{
    const parked_line queue{&one, &two};
    begin_shared();
    me.slice_has_met = true;
    keep_slice(cell, me);
    EXPECT_EQ(state_of(one), waiter::parked) << "somebody was there";
    cell.state.store(5, relaxed);
    keep_slice(cell, me);
    EXPECT_EQ(state_of(one), waiter::parked) << "somebody is there";
    cell.state.store(0, relaxed);
    keep_slice(cell, me);
    EXPECT_EQ(state_of(one), waiter::called);
    EXPECT_EQ(state_of(two), waiter::parked);
    EXPECT_EQ(me.slice_of, &cell);
}

TEST_F(a_slice_that_can_be_shared, notices_who_has_the_cell_when_it_is_wanted)
{
    cell.state.store(5, relaxed);
    EXPECT_EQ(acquire(cell, 7, signalbox::limit{0ms}), signalbox::outcome::timed_out);
    EXPECT_TRUE(me.slice_has_met);
}

TEST(sharing, pays_if_an_owner_is_away_long_enough)
{
    const waiting_policy numbers;
    EXPECT_TRUE(numbers.shares(1us, 1us));
    EXPECT_TRUE(numbers.shares(750ns, 1us));
    EXPECT_FALSE(numbers.shares(749ns, 1us));
    EXPECT_TRUE(numbers.shares(600ns, 0ns));
    EXPECT_FALSE(numbers.shares(599ns, 0ns)) << "it is back too soon";
}

TEST(sharing, is_for_owners_of_a_mutex_alone)
{
    thread_context me;
    const owner_cell mutex;
    const permit_cell permits{{0}, {1}};
    time_slice::begin(me, mutex, 1);
    EXPECT_TRUE(time_slice::will_measure(me));
    time_slice::begin(me, permits, 1);
    EXPECT_FALSE(time_slice::will_measure(me));
}

}  // namespace
