// The end of a time slice: by the count of releases, or because its owner turns to something else.
#include "core/waiting.hpp"

#include <signalbox/mutex.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>

#include <gtest/gtest.h>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto queued = owner_word::queued;

struct the_end_of_a_slice : testing::Test {
    owner_cell cell;
    waiter one{&cell, cell_kind::owner, 11};
    thread_context me;

    ~the_end_of_a_slice() override { signalbox::platform::this_thread() = thread_context{}; }
};

TEST_F(the_end_of_a_slice, an_abandoned_slice_of_a_mutex_calls_who_trusted_in_it)
{
    const parked_line queue{&one};
    time_slice::begin(me, cell, 1);
    time_slice::abandon(me);
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(me.expelled, nullptr);
    EXPECT_EQ(cell.state.load(relaxed), queued);
    EXPECT_EQ(state_of(one), waiter::called);
}

TEST_F(the_end_of_a_slice, an_abandoned_slice_of_a_semaphore_calls_who_trusted_in_it)
{
    permit_cell permits{{permit_word::make(0, false)}, {1}};
    waiter who{&permits, cell_kind::permits, 1};
    const parked_line queue{&who};
    time_slice::begin(me, permits, 1);
    time_slice::abandon(me);
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(permits.state.load(relaxed), permit_word::make(0, false) | permit_word::queued);
    EXPECT_EQ(state_of(who), waiter::called);
}

TEST_F(the_end_of_a_slice, an_abandoned_slice_that_nobody_waits_for_touches_nothing)
{
    cell.state.store(queued, relaxed);
    time_slice::begin(me, cell, 1);
    time_slice::abandon(me);
    EXPECT_EQ(cell.state.load(relaxed), queued) << "the word may be another object's by now";
}

TEST_F(the_end_of_a_slice, a_thread_that_ends_gives_up_its_slice)
{
    const parked_line queue{&one};
    identity_of(me);
    time_slice::begin(me, cell, 1);
    thread_exit(me);
    EXPECT_EQ(state_of(one), waiter::called);
    EXPECT_EQ(me.id, thread_context::unregistered);
}

TEST_F(the_end_of_a_slice, whoever_waits_elsewhere_gives_up_its_slice)
{
    const parked_line queue{&one};
    thread_context& self = signalbox::platform::this_thread();
    self.id = 7;
    time_slice::begin(self, cell, 1);
    owner_cell other{{5}};
    EXPECT_EQ(acquire(other, 7, signalbox::limit{0ms}), signalbox::outcome::timed_out);
    EXPECT_EQ(self.slice_of, nullptr);
    EXPECT_EQ(state_of(one), waiter::called);
}

/// The caller has used up its slice of the object, whose cell is at the object's own address.
template <class Cell, class Object>
thread_context& at_the_end_of_a_slice(const Object& object)
{
    thread_context& me = signalbox::platform::this_thread();
    time_slice::begin(me, *reinterpret_cast<const Cell*>(&object), 1);
    me.slice_end = me.slice_looked - 1ms;
    me.slice_polls = 2;
    return me;
}

TEST_F(the_end_of_a_slice, every_unlock_counts_and_the_last_one_reads_the_clock)
{
    signalbox::mutex mutex;
    waiter who{&mutex, cell_kind::owner, 11};
    const parked_line queue{&who};
    const thread_context& self = at_the_end_of_a_slice<owner_cell>(mutex);
    mutex.lock();
    mutex.unlock();
    EXPECT_EQ(state_of(who), waiter::parked);
    EXPECT_EQ(self.slice_polls, 1U);
    signalbox::mutex other;
    other.lock();
    other.unlock();
    EXPECT_EQ(self.slice_polls, 1U) << "another's unlock does not count";
    mutex.lock();
    mutex.unlock();
    EXPECT_EQ(state_of(who), waiter::called);
}

TEST_F(the_end_of_a_slice, every_release_counts_and_the_last_one_reads_the_clock)
{
    for (const std::ptrdiff_t n : {1, 2}) {
        signalbox::semaphore semaphore{2};
        waiter who{&semaphore, cell_kind::permits, 1};
        const parked_line queue{&who};
        const thread_context& self = at_the_end_of_a_slice<permit_cell>(semaphore);
        semaphore.acquire(n);
        semaphore.release(n);
        EXPECT_EQ(state_of(who), waiter::parked);
        EXPECT_EQ(self.slice_polls, 1U);
        signalbox::semaphore other{2};
        other.acquire(n);
        other.release(n);
        EXPECT_EQ(self.slice_polls, 1U) << "another's release does not count";
        semaphore.acquire(n);
        semaphore.release(n);
        EXPECT_EQ(state_of(who), waiter::called);
    }
}

TEST_F(the_end_of_a_slice, every_unlock_of_a_shared_mutex_counts_too)
{
    using signalbox::shared_mutex;
    using call = void (*)(shared_mutex&);
    constexpr call ways[][2] = {
        {[](shared_mutex& m) { m.lock(); }, [](shared_mutex& m) { m.unlock(); }},
        {[](shared_mutex& m) { m.lock_shared(); }, [](shared_mutex& m) { m.unlock_shared(); }}};
    for (const auto& [take, give] : ways) {
        shared_mutex mutex;
        waiter who{&mutex, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 11)};
        const parked_line queue{&who};
        const thread_context& self = at_the_end_of_a_slice<shared_cell>(mutex);
        shared_mutex other;
        take(other);
        give(other);
        EXPECT_EQ(self.slice_polls, 2U) << "another's unlock does not count";
        take(mutex);
        give(mutex);
        EXPECT_EQ(state_of(who), waiter::parked);
        take(mutex);
        give(mutex);
        EXPECT_EQ(state_of(who), waiter::called);
    }
}

TEST_F(the_end_of_a_slice, of_a_shared_mutex_that_is_abandoned_calls_who_trusted_in_it)
{
    shared_cell shared;
    waiter who{&shared, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 11)};
    const parked_line queue{&who};
    time_slice::begin(me, shared, 1);
    time_slice::abandon(me);
    EXPECT_EQ(me.slice_of, nullptr);
    EXPECT_EQ(state_of(who), waiter::called);
}

}  // namespace
