// Time slices: an owner that keeps coming back may overtake the parked for a while; it keeps the clock
// itself.
//
// Fairness     A slice lasts policy.slice(waiting). When it is over the owner calls the oldest waiter and
//              goes on while that one wakes up (which takes longer than many critical sections). The waiter
//              reserves the next release for itself. If it has not come after policy.heir_grace the owner
//              stands aside: it releases, and stands in the queue when it next wants the lock.
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
