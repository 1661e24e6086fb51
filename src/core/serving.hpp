// The releaser's side of waiting: what happens to a queue when something came free. Everything here runs
// under the lock of the queue's bucket. The argument is in waiting.hpp; the invariants named here are that
// page's.
//
// Edges        E1  release -> take: as in waiting.hpp.
#pragma once

#include <signalbox/detail/thread_context.hpp>

#include "core/parking_table.hpp"
#include "core/time_slice.hpp"

namespace signalbox::detail {

/// Whether the cell lets everybody through together, so that nothing is taken from anybody (gate_cell.hpp).
template <class Cell>
inline constexpr bool is_gate = requires
{
    typename Cell::lets_all_through;
};

inline bool is_parked(const waiter& who) noexcept
{
    // relaxed: written under the lock that the caller holds
    return who.state.load(std::memory_order_relaxed) == waiter::parked;
}

/// Whether nobody may overtake `head`: it said so, or the cell does (Invariant 3).
template <class Cell>
bool is_reserving(const waiter& head, typename Cell::word::type now) noexcept
{
    return head.is_reserving || Cell::reserves(now, head.wanted, head.is_patient);
}

/// The flags of a word above a queue whose first waiter is `head` (Invariant 1a).
template <class Cell>
typename Cell::word::type flags_for(const waiter* head, typename Cell::word::type now) noexcept
{
    using word = typename Cell::word;
    if (head == nullptr) {
        return Cell::idle_flags(now);
    }
    return is_reserving<Cell>(*head, now) ? word::queued | word::reserved : word::queued;
}

/// Writes the flags for `head` into the word. Returns the word.
template <class Cell>
typename Cell::word::type set_flags(Cell& cell, const waiter* head) noexcept
{
    using word = typename Cell::word;
    constexpr auto both = word::queued | word::reserved;
    auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    for (;;) {
        const auto next = (now & ~both) | flags_for<Cell>(head, now);
        // relaxed: flags publish nothing; the queue is published by the bucket's lock
        if (next == now || cell.state.compare_exchange_weak(now, next, std::memory_order_relaxed,
                                                            std::memory_order_relaxed)) {
            return next;
        }
    }
}

/// Whether a thread spins that will take what comes free, or visit the queue if it gives up (spinning.hpp).
template <class Word>
bool has_spinner(typename Word::type now) noexcept
{
    return (now & Word::spinning) != 0 && !has_been_forked();
}

/// Calls as many waiters, oldest first, as the word has something for; those that are awake count as called.
/// What a spinner is about to take is not offered twice. Of those that can share it one is called: it lets in
/// the others once it is in, so that nobody is called in vain.
template <class Cell>
void call_takers(const Cell& cell, typename Cell::word::type now, waiter* head, wake_list& wakes) noexcept
{
    using word = typename Cell::word;
    if (has_spinner<word>(now) && cell.can_take(now, 1)) {
        now = Cell::take(now, 1);
    }
    for (waiter* who = head; who != nullptr && cell.can_take(now, who->wanted); who = who->next) {
        now = Cell::take(now, who->wanted);
        if (is_parked(*who)) {
            call(*who, wakes);
        }
        if constexpr (Cell::is_shareable) {
            return;
        }
    }
}

/// Gives what is free to the queue: granted to its first waiter if the word is reserved or the releaser hands
/// over, else offered to those whom it calls, and to anybody who comes by. Precondition: the object is alive,
/// which a waiter in the queue or the caller itself guarantees.
template <class Cell>
void serve(Cell& cell, bucket& place, wake_list& wakes, bool hands_over = false) noexcept
{
    using word = typename Cell::word;
    constexpr auto both = word::queued | word::reserved;
    waiter* head = place.first(&cell, Cell::kind);
    while (head != nullptr) {
        auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
        if ((now & word::reserved) == 0 && (!hands_over || has_spinner<word>(now))) {
            call_takers(cell, now, head, wakes);
            return;
        }
        if (!cell.can_take(now, head->wanted)) {
            return;
        }
        const auto taken = Cell::take(now, head->wanted);
        const auto next = (taken & ~both) | flags_for<Cell>(head->next, taken);
        // E1 acquire: pairs with the release of what is granted; grant() passes it on. relaxed: looks again
        if (cell.state.compare_exchange_weak(now, next, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
            waiter* const rest = head->next;
            place.remove(*head);
            grant(*head, wakes);  // if it was the last one, the object may be gone from here on
            head = rest;
        }
    }
}

/// Calls those among the first in the queue that a notify has moved here together, before it is their turn,
/// and each at most once: so that they wake up while others have the mutex, on all cores, and not one after
/// the other. To call a waiter is always right: it looks by itself (Invariant 1b).
inline void call_early(waiter* head, wake_list& wakes) noexcept
{
    for (unsigned i = 0; head != nullptr && i < policy.early_calls; head = head->next, ++i) {
        if (head->may_be_early && is_parked(*head)) {
            call(*head, wakes);
        }
        head->may_be_early = false;
    }
}

/// Ends, with `why`, the wait of everybody in the queue whom `is_meant` says, oldest first. The caller writes
/// the flags for those that remain, and serves them.
template <class Cell, class Predicate>
void dismiss(const Cell& cell, bucket& place, wake_list& wakes, outcome why,
             const Predicate& is_meant) noexcept
{
    waiter* who = place.first(&cell, Cell::kind);
    while (who != nullptr) {
        waiter* const next = who->next;
        if (is_meant(*who)) {
            place.remove(*who);
            who->ended = why;
            grant(*who, wakes);
        }
        who = next;
    }
}

/// Gives what is free, or can be shared, to the queue under `cell`, which may be gone: it is touched only
/// while a waiter stands there.
template <class Cell>
void serve_queue(Cell& cell) noexcept
{
    bucket& place = bucket_for(&cell);
    wake_list wakes;
    place.lock.lock();
    if (waiter* const head = place.first(&cell, Cell::kind); head != nullptr) {
        set_flags(cell, head);
        serve(cell, place, wakes);
    }
    place.lock.unlock();
    wakes.wake();
}

/// Lets the word go free of `queued` above a first waiter whose sleep is timed, so that the owner's fast path
/// runs at full speed for a slice. Returns whether it did (Invariant 1c).
template <class Cell>
bool start_slice(Cell& cell, const waiter& head) noexcept
{
    using word = typename Cell::word;
    if (!head.is_patient || !is_parked(head)) {
        return false;
    }
    auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    while ((now & word::reserved) == 0) {
        // relaxed: flags publish nothing
        if (cell.state.compare_exchange_weak(now, now & ~word::queued, std::memory_order_relaxed,
                                             std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

/// After `me` has taken a share although somebody is parked: lets in whoever stands first and can share it.
/// Above one that can't, and does not reserve, `me` keeps the clock, and the word goes free of `queued` if
/// that one looks again by itself (Invariant 1b, 1c).
template <class Cell>
void share(Cell& cell, thread_context& me) noexcept
{
    using word = typename Cell::word;
    bucket& place = bucket_for(&cell);
    wake_list wakes;
    place.lock.lock();
    waiter* const head = place.first(&cell, Cell::kind);
    const bool is_reserved = head != nullptr && (set_flags(cell, head) & word::reserved) != 0;
    serve(cell, place, wakes);
    if (head != nullptr && !is_reserved) {  // so that nobody was granted anything: it stands there still
        if (!start_slice(cell, *head) && !is_parked(*head)) {
            cell.state.fetch_and(~word::queued, std::memory_order_relaxed);  // relaxed: flags publish nothing
        }
        if (me.slice_of != &cell) {
            time_slice::begin(me, cell, head->length);
        }
    }
    place.lock.unlock();
    wakes.wake();
}

/// Serves the queue after `me` has released something and found `queued` set.
template <class Cell>
void after_release(Cell& cell, bucket& place, thread_context& me, wake_list& wakes) noexcept
{
    using word = typename Cell::word;
    waiter* const head = place.first(&cell, Cell::kind);
    if (head == nullptr) {
        return;
    }
    const bool comes_back = Cell::has_owner || me.returning == &cell;
    const auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: a hint for the slice
    if (comes_back && (now & word::reserved) == 0) {
        if (me.slice_of != &cell) {
            time_slice::begin(me, cell, head->length);
            if (time_slice::will_measure(me) && head->is_patient && is_parked(*head)) {
                return;  // `queued` stays, so that the next lock and unlock come by; its sleep is timed (1c)
            }
        }
        if (time_slice::can_share(me) && is_parked(*head) && !has_spinner<word>(now)) {
            call(*head, wakes);
        }
        if (start_slice(cell, *head)) {
            return;
        }
    } else if (me.slice_of == &cell && !time_slice::shares(me, &cell)) {
        time_slice::end(me, true);  // the heir has come
    }
    serve(cell, place, wakes, !comes_back);  // a signal goes to whom it wakes
    if constexpr (Cell::kind == cell_kind::owner) {
        call_early(place.first(&cell, Cell::kind), wakes);
    }
}

}  // namespace signalbox::detail
