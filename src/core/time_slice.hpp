// Time slices: an owner that keeps coming back may overtake the parked for a while; it keeps the clock
// itself.
//
// Fairness     A slice lasts policy.slice(waiting). When it is over the owner calls the oldest waiter and
//              goes on while that one wakes up (which takes longer than many critical sections). The waiter
//              reserves the next release for itself. If it has not come after policy.heir_grace the owner
//              stands aside: it releases, and stands in the queue when it next wants the lock.
//              The owner of a mutex measures its first turn: how long it was away, and how long inside. If it
//              is away for as long, the mutex is free half of the time, and one waiter is called at once: the
//              two take turns, each spinning while the other is inside. Each has a slice of its own, and one
//              that finds the mutex never taken for a while has lost its partner, and calls the next.
// Because      The core that a waiter wakes up on is often the owner's, or is idle and slow to wake: neither
//              a timer of the waiter's nor a hand-over at once lets the lock be used meanwhile. Nothing here
//              is needed for safety: an owner that never comes back leaves a waiter whose sleep is timed.
// Source       docs/decisions/0002-waiting-policy.md
#pragma once

#include <signalbox/detail/thread_context.hpp>
#include <signalbox/platform/clock.hpp>

#include "core/policy.hpp"

namespace signalbox::detail::time_slice {

/// Gives `me` a slice of `cell`, for which `waiting` others are parked.
template <class Cell>
void begin(thread_context& me, const Cell& cell, std::uint64_t waiting) noexcept
{
    me.slice_of = &cell;
    me.slice_kind = Cell::kind;
    me.slice_is_over = false;
    me.slice_is_measured = Cell::kind != cell_kind::owner;
    me.slice_is_shared = false;
    me.slice_taken = {};
    me.slice_stride = 1;
    me.slice_polls = 1;
    me.slice_looked = platform::now();
    me.slice_end = me.slice_looked + policy.slice(waiting);
}

/// Reads the clock. Returns whether the next step of the slice is due.
inline bool is_due(thread_context& me) noexcept
{
    const auto now = platform::now();
    me.slice_stride = policy.next_stride(me.slice_stride, now - me.slice_looked);
    me.slice_polls = me.slice_stride;
    me.slice_looked = now;
    return now >= me.slice_end;
}

/// The oldest waiter was called: it has a while to come.
inline void await_heir(thread_context& me) noexcept
{
    me.slice_is_over = true;
    me.slice_end = me.slice_looked + policy.heir_grace;
}

/// Whether the slice that has just begun is one that could be shared.
inline bool will_measure(const thread_context& me) noexcept
{
    return !me.slice_is_measured;
}

/// Before `me` tries to take `cell` again: measures how long it was away. Returns whether it did.
template <class Cell>
bool comes_back(thread_context& me, const Cell& cell) noexcept
{
    if (me.slice_of != &cell || me.slice_is_measured) {
        return false;
    }
    me.slice_away = platform::now() - me.slice_looked;
    return true;
}

/// After that, if it has measured.
inline void has_taken(thread_context& me, bool measures) noexcept
{
    if (measures) {
        me.slice_taken = platform::now();
    }
}

/// After `me` has released it: measures how long it was inside, once. Returns whether one more may have the
/// cell from now on.
inline bool can_share(thread_context& me) noexcept
{
    if (me.slice_is_measured || me.slice_taken == std::chrono::steady_clock::time_point{}) {
        return false;
    }
    me.slice_is_measured = true;
    me.slice_is_shared = policy.shares(me.slice_away, platform::now() - me.slice_taken);
    return me.slice_is_shared;
}

/// Whether `me` goes on with its slice of `cell` although another has come.
inline bool shares(const thread_context& me, const void* cell) noexcept
{
    return me.slice_of == cell && me.slice_is_shared && !me.slice_is_over;
}

/// At a look at the clock: whether nobody else had the cell of a shared slice since the last one.
inline bool is_alone(thread_context& me) noexcept
{
    const bool has_met = me.slice_has_met;
    me.slice_has_met = false;
    return !has_met && me.slice_is_shared && !me.slice_is_over;
}

/// Ends the slice. `me` queues when it next wants `cell`, if somebody else is to have it now.
inline void end(thread_context& me, bool stands_aside) noexcept
{
    if (stands_aside) {
        me.expelled = me.slice_of;
    }
    me.slice_of = nullptr;
}

/// Ends whatever slice `me` has, since it ends or waits for something else: a waiter that trusts in this
/// thread is called at once. Takes a bucket's lock: call it without one. Complexity: nothing if there is no
/// slice.
void abandon(thread_context& me) noexcept;

}  // namespace signalbox::detail::time_slice
