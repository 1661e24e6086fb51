// How a thread waits at a condition, and how a notify moves it on to the mutex that it needs next.
//
// A waiter has one record (parking_table.hpp), the one of its queued call for the mutex. The record first
// stands in the queue of the condition; a notify takes it from there and puts it at the end of the mutex's
// queue. From then on it is a waiter of the mutex like any other (waiting.hpp), and its thread wakes up when
// its turn at the mutex has come. So a notify of a few threads wakes as many as the mutex can serve at once:
// one if it is free, else none; the others are woken by unlocks. Of many that a notify moves together some
// are woken ahead of their turn, by the notify if the mutex is free and by each unlock: waking takes longer
// than most have the mutex for (docs/decisions/0010-waking-many.md).
//
//   stands at       written by                   its thread
//   the condition   itself, before it unlocks    sleeps, at most until its limit is over
//   the mutex       a notify, under the locks    looks at the mutex under the lock, or is granted it, as any
//                   of both buckets              waiter of a mutex; its limit does not matter any more
//   nowhere         itself, under the lock of    locks the mutex like a newcomer, and returns timed_out or
//                   the condition's bucket       stopped
//
// Invariant 1  A record's `cell` and `kind` are written only under the locks of both buckets, the one it
//              leaves and the one it joins: whoever holds either lock knows where the record stands.
// Invariant 2  No notification is lost, none counts twice. A notify takes exactly the records that it moves,
//              oldest first, and a moved one is never given up: its wait ends with success, whatever its
//              limit says by then. A waiter that gives up takes its record out of the condition's queue
//              first, so that no notify can reach it.
// Invariant 3  No waiter misses a notify that comes after its unlock: it has joined before it unlocks, and
//              `mutex` of the condition is set before its unlock. A notify of whoever owned the mutex later
//              sees it; another, unordered one may count as the earlier.
// Because      A moved record keeps the three invariants of waiting.hpp. (1) If others stand in the mutex's
//              queue, what holds for the first of them holds still. If it is the first itself, the notify
//              writes `queued` and then calls it if the mutex is free, as for a queue that an owner gives
//              back: either the mutex was owned when `queued` was written (a), or the record is called (b).
//              It may be `parked` while its thread is still awake: that thread looks at the state before it
//              sleeps, and again when it has. It is not patient, so that no slice begins over its untimed
//              sleep. (2) It is out of the condition's queue before it can be granted anything; it is never
//              timed out or stopped here. (3) Being impatient, it is called at the first release that finds
//              it at the head, and reserves when it has run and not got the mutex.
// Edges        None of its own. The mutex orders what its owners do; a record is published by the locks of
//              the buckets, and granted by E1 of parking_table.hpp.
// Lifetime     A notify touches the condition only under the lock of its bucket and before it moves a record;
//              the mutex only while the moved record stands in its queue. A waiter touches the condition
//              only while its own record stands there. So the condition may be destroyed as soon as all were
//              notified, although they have not yet returned.
// Checked by   models/condition.pml, tests/simulated/condition_pairs_test.cpp,
//              tests/contract/condition_contract.hpp
// Source       Linux, futex(2), FUTEX_CMP_REQUEUE: waiters that would only fight for a mutex are moved to it
#pragma once

#include <functional>
#include <optional>

#include <signalbox/detail/condition_cell.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/stop.hpp>
#include <signalbox/platform/wait.hpp>

#include "core/errors.hpp"
#include "core/queuing.hpp"

namespace signalbox::detail {

/// The locks of two buckets, which may be the same, taken in the order of the table.
class two_buckets {
public:
    two_buckets(bucket& one, bucket& other) noexcept
        : first_{std::less<>{}(&one, &other) ? one : other}, second_{&one == &first_ ? other : one}
    {
        first_.lock.lock();
        if (&first_ != &second_) {
            second_.lock.lock();
        }
    }
    ~two_buckets()
    {
        if (&first_ != &second_) {
            second_.lock.unlock();
        }
        first_.lock.unlock();
    }
    two_buckets(const two_buckets&) = delete;
    two_buckets& operator=(const two_buckets&) = delete;

private:
    bucket& first_;
    bucket& second_;
};

/// One wait at a condition, with `mutex` locked by the caller, who is `id`.
class condition_call {
public:
    condition_call(condition_cell& condition, owner_cell& mutex, std::uint32_t id) noexcept
        : condition_{condition}, mutex_{mutex}, place_{bucket_for(&condition)}, call_{mutex, id, for_ever_}
    {
    }

    /// Joins the queue of the condition. From here on a notify may reach it.
    void join()
    {
        waiter& self = call_.record();
        self.cell = &condition_;
        self.kind = cell_kind::condition;
        self.thread = static_cast<std::uint32_t>(self.wanted);
        self.since = platform::now();
        place_.lock.lock();
        // relaxed: written under the lock that we hold
        owner_cell* const theirs = condition_.mutex.load(std::memory_order_relaxed);
        if (theirs != nullptr && theirs != &mutex_) {
            place_.lock.unlock();
            throw_other_mutex(&condition_, &mutex_, theirs);
        }
        if (theirs == nullptr) {
            // relaxed: to a later owner of the mutex it is ordered by the mutex (Invariant 3)
            condition_.mutex.store(&mutex_, std::memory_order_relaxed);
        }
        place_.push(self);
        // relaxed: the bucket's lock publishes it
        self.state.store(waiter::parked, std::memory_order_relaxed);
        place_.lock.unlock();
    }

    /// Sleeps until it is notified and owns the mutex again: then `acquired`. Otherwise it was not notified,
    /// and the mutex is still to be locked. The caller has unlocked it.
    outcome wait(thread_context& me, const limit& until)
    {
        time_slice::abandon(me);
        std::optional<platform::stop_callback<on_stop>> stop;
        if (until.can_stop()) {
            stop.emplace(until.stop(), on_stop{*this});
        }
        const bool slept = park(until.until());
        stop.reset();  // no callback runs any more
        const waiter& self = call_.record();
        // relaxed: go_on() looks again. Only a stop changes the state of a record that is not moved.
        if (until.can_stop() || self.state.load(std::memory_order_relaxed) == waiter::parked) {
            if (leaves()) {
                return self.is_stopped ? outcome::stopped : outcome::timed_out;
            }
        }
        return call_.go_on(me, slept);
    }

private:
    struct on_stop {
        condition_call& call_;
        void operator()() const noexcept { call_.stop(); }
    };

    // Returns whether it has slept.
    bool park(deadline until) const noexcept
    {
        const auto& state = const_cast<condition_call*>(this)->call_.record().state;
        bool slept = false;
        // relaxed: whoever acts on it looks again
        while (state.load(std::memory_order_relaxed) == waiter::parked && !until.has_passed()) {
            if (until.is_never()) {
                platform::wait(state, waiter::parked);
            } else if (!platform::wait_until(state, waiter::parked, until.time())) {
                break;
            }
            slept = true;
        }
        return slept;
    }

    // Takes the record out of the condition's queue. Returns false if it does not stand there any more.
    bool leaves() noexcept
    {
        waiter& self = call_.record();
        place_.lock.lock();
        const bool is_here = self.cell == &condition_;
        if (is_here) {
            place_.remove(self);
            if (place_.first(&condition_, cell_kind::condition) == nullptr) {
                condition_.mutex.store(nullptr, std::memory_order_relaxed);  // relaxed: a notify looks again
            }
        }
        place_.lock.unlock();
        return is_here;
    }

    // Called by whoever requests a stop, on its thread, at any time while the callback is registered.
    void stop() noexcept
    {
        waiter& self = call_.record();
        wake_list wakes;
        place_.lock.lock();
        if (self.cell == &condition_) {
            self.is_stopped = true;
            call(self, wakes);
        }
        place_.lock.unlock();
        wakes.wake();
    }

    condition_cell& condition_;
    owner_cell& mutex_;
    bucket& place_;
    const limit for_ever_;  // for the mutex: who was notified waits as long as it takes
    queued_call<owner_cell> call_;
};

/// Moves up to `most` waiters, oldest first, from the condition's queue to the mutex's. Both buckets are
/// locked. The condition may be gone when this returns.
inline void move_waiters(condition_cell& condition, owner_cell& mutex, std::uint64_t most,
                         wake_list& wakes) noexcept
{
    bucket& from = bucket_for(&condition);
    bucket& to = bucket_for(&mutex);
    const auto now = platform::now();
    const bool was_empty = to.first(&mutex, cell_kind::owner) == nullptr;
    const bool wakes_all =
        wait_graph::note_move(&mutex);  // one of them may have closed a cycle: wait_graph.hpp
    waiter* who = from.first(&condition, cell_kind::condition);
    const bool are_many = most > 1 && who != nullptr && who->next != nullptr;
    for (; who != nullptr && most > 0; --most) {
        waiter* const next = who->next;
        from.remove(*who);
        who->cell = &mutex;
        who->kind = cell_kind::owner;
        who->since = now;
        who->is_stopped = false;  // the notification came first
        who->is_moved = true;
        who->may_be_early = are_many;
        who->next = who->previous = nullptr;
        to.push(*who);
        if (wakes_all) {
            call(*who, wakes);
        }
        who = next;
    }
    if (who == nullptr) {
        condition.mutex.store(nullptr, std::memory_order_relaxed);  // relaxed: a notify looks again
    }
    if (was_empty) {
        set_flags(mutex, to.first(&mutex, cell_kind::owner));
        serve(mutex, to, wakes);
        // relaxed: a hint
        if (owner_word::can_take(mutex.state.load(std::memory_order_relaxed))) {
            call_early(to.first(&mutex, cell_kind::owner), wakes);
        }
    }
}

/// Notifies up to `most` of those who wait at the condition.
inline void notify(condition_cell& condition, std::uint64_t most) noexcept
{
    // relaxed: a waiter that this must not miss has written it before (Invariant 3)
    owner_cell* mutex = condition.mutex.load(std::memory_order_relaxed);
    wake_list wakes;
    while (mutex != nullptr) {
        const two_buckets places{bucket_for(&condition), bucket_for(mutex)};
        // relaxed: written under the lock that we hold
        owner_cell* const now = condition.mutex.load(std::memory_order_relaxed);
        if (now == mutex) {
            move_waiters(condition, *mutex, most, wakes);
            mutex = nullptr;
        } else {
            mutex = now;  // those who waited have gone, and others came with another mutex
        }
    }
    wakes.wake();
}

}  // namespace signalbox::detail
