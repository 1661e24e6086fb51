// How a thread gets what is not free, and how a release finds who wants it: the one algorithm under every
// primitive.
//
// A `Cell` is the word of a mutex or a semaphore; `word` in what follows means that one atomic. A thread that
// finds it taken (1) takes it all the same if it came free, (2) may spin, one thread at a time, (3) joins the
// queue. In the queue it is `awake`, `parked`, `called` or `granted` (parking_table.hpp). While it stands
// there it takes only under the bucket's lock, and so does everybody on its behalf: nobody is served twice.
//
// Invariant 1  No sleeper beside a permit. When the bucket is unlocked and its queue is not empty, one of
//              these holds: (a) `queued` is set, so that whoever releases next visits the queue, and what the
//              first waiter wants was not free when that was written; (b) the first waiter is awake or
//              called, so that it looks at the word once more under the lock before it parks; (c) the first
//              waiter's sleep is timed.
// Because      A waiter parks only after a compare-and-swap under the lock found the word untakeable and
//              `queued` set. `queued` and the permits are one word: a release either comes before, and then
//              the waiter finds what it released, or after, and then it finds `queued`. Whoever takes
//              something out of the queue writes `queued` for those that remain, then serves them. Only
//              start_slice() and share() clear it above a queue, over a first waiter whose sleep is timed,
//              and share() also over one that is awake or called.
// Invariant 2  No permit is lost. serve() moves a permit from the word to one waiter, which it takes out of
//              the queue first. A waiter that times out or is stopped takes the lock, and if it was granted
//              before it has the permit, else it is out of the queue and nobody can grant to it; then it
//              serves the others in case it had been called for a permit that it doesn't take.
// Invariant 3  Bounded bypass. The first waiter is called at the next release, or when a slice ends, or by
//              its timer (policy.patience at the most). Once it has run and not got what it wants it sets
//              `reserved`, and from then on nobody overtakes it. A first waiter for several permits reserves
//              at once; so does one for whom readers have to leave, unless it is patient, having seen writers
//              come and go: then its sleep is timed, and a reader that passes it keeps the clock of a slice.
//              Whoever wants a share lets others run for some turns before it queues (turns.hpp).
// Edges        E1  release -> take: what happened before a release is visible to whom its permits go to.
//              E2  resize -> take: whoever sees the word that a resize left sees its capacity too.
// Lifetime     A release may touch the word after its own write only under the bucket's lock and while a
//              waiter stands in the queue: that waiter's call has not returned, so the object is alive.
//              Otherwise it uses the address alone, and the object may be destroyed as soon as any acquire
//              has returned.
// Checked by   models/waiting.pml, models/serving.pml, tests/simulated, tests/thread
// Source       Lampson & Redell 1980 (barging wake-ups); Mellor-Crummey & Scott 1991 (local spinning)
#pragma once

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/phases.hpp"
#include "core/queuing.hpp"
#include "core/serving.hpp"
#include "core/spinning.hpp"
#include "core/thread_registry.hpp"
#include "core/turns.hpp"

namespace signalbox::detail {

/// Takes what is free, passing by the queue unless it is reserved. Fails only if it is not to be had.
template <class Cell>
bool take_free(Cell& cell, std::uint64_t wanted) noexcept
{
    using word = typename Cell::word;
    auto now = cell.state.load(std::memory_order_acquire);  // E2 acquire: pairs with a resize
    while ((now & word::reserved) == 0) {
        if (cell.can_take(now, wanted)) {
            // E1 acquire: pairs with the release of what is taken; relaxed: a lost race reads it anew
            if (cell.state.compare_exchange_weak(now, Cell::take(now, wanted), std::memory_order_acquire,
                                                 std::memory_order_relaxed)) {
                return true;
            }
            back_off();
        } else if (Cell::is_settling(now)) {
            platform::spin_pause();
        } else {
            return false;
        }
        now = cell.state.load(std::memory_order_acquire);  // E2 acquire: as above
    }
    return false;
}

/// After something was taken past the queue: whoever stands first there and can share it is let in; for who
/// can't, the caller keeps the clock. A waiter that sleeps with a timer above a word without `queued` comes
/// by itself.
template <class Cell>
void let_others_share(Cell& cell, thread_context& me) noexcept
{
    if constexpr (Cell::is_shareable) {
        using word = typename Cell::word;
        // relaxed: who queues from here on looks at the word by itself
        const auto now = cell.state.load(std::memory_order_relaxed);
        if ((now & (word::queued | word::reserved)) == word::queued && Cell::is_shared(now)) {
            share(cell, me);
        }
    }
}

/// Lets others run for some turns, until a share is to be had. Returns whether it was taken.
template <class Cell>
bool take_share_in_turns(Cell& cell, std::uint64_t wanted, const limit& until) noexcept
{
    if (policy.spins && wants_share<Cell>(wanted)) {
        for (turn_loop turns{until}; turns.pause();) {
            if (take_free(cell, wanted)) {
                return true;
            }
        }
    }
    return false;
}

/// Gets `wanted` from `cell`, or waits for it within `until`.
template <class Cell>
outcome acquire(Cell& cell, std::uint64_t wanted, const limit& until)
{
    thread_context& me = platform::this_thread();
    identity_of(me);
    me.returning = &cell;
    const bool stands_aside = me.expelled == &cell;
    const bool measures = time_slice::comes_back(me, cell);
    bool is_patient = stands_aside && !wants_share<Cell>(wanted);
    if (!stands_aside) {
        if (take_free(cell, wanted)) {
            time_slice::has_taken(me, measures);
            let_others_share(cell, me);
            return outcome::acquired;
        }
        me.slice_has_met = true;
        if (take_share_in_turns(cell, wanted, until)) {
            let_others_share(cell, me);
            return outcome::acquired;
        }
        if (me.same_core != &cell) {
            const spin_result spun = spin(cell, wanted, until, time_slice::shares(me, &cell));
            if (spun == spin_result::taken) {
                time_slice::has_taken(me, measures);
                let_others_share(cell, me);
                return outcome::acquired;
            }
            is_patient = spun == spin_result::releases_are_frequent;
        }
    }
    return queued_call<Cell>{cell, wanted, until}.run(me, is_patient, !stands_aside);
}

/// Serves the queue of `cell` after the caller has released something there and found `queued`.
/// `cell` may be gone: it is touched only while a waiter stands under its address.
template <class Cell>
void visit(Cell& cell, thread_context& me) noexcept
{
    bucket& place = bucket_for(&cell);
    wake_list wakes;
    place.lock.lock();
    after_release(cell, place, me, wakes);
    place.lock.unlock();
    wakes.wake();
}

/// The same for a release that must not be seen before the bucket is locked: `release` writes it, and leaves
/// out the flags that it is given.
template <class Cell, class Release>
void release_and_visit(Cell& cell, thread_context& me, const Release& release) noexcept
{
    using word = typename Cell::word;
    bucket& place = bucket_for(&cell);
    wake_list wakes;
    place.lock.lock();
    if (place.first(&cell, Cell::kind) == nullptr) {
        release(word::queued | word::reserved);
    } else {
        release(0);
        after_release(cell, place, me, wakes);
    }
    place.lock.unlock();
    wakes.wake();
}

/// A look at the clock, when the caller's slice of `cell` asks for one: when it is over, calls the oldest
/// waiter, and later stands aside for it; while it could be shared and is not, calls that waiter, too.
/// `cell` may be gone, as in visit().
template <class Cell>
void keep_slice(Cell& cell, thread_context& me) noexcept
{
    const bool is_due = time_slice::is_due(me);
    const bool is_alone = time_slice::is_alone(me);
    if (!is_due && !is_alone) {
        return;
    }
    bucket& place = bucket_for(&cell);
    wake_list wakes;
    place.lock.lock();
    waiter* const head = place.first(&cell, Cell::kind);
    if (head == nullptr) {
        time_slice::end(me, false);
    } else if (!me.slice_is_over) {
        if (is_due) {
            time_slice::await_heir(me);
        }
        // relaxed: a hint
        const auto now = cell.state.load(std::memory_order_relaxed);
        if (is_parked(*head) && (is_due || cell.can_take(now, head->wanted))) {
            call(*head, wakes);
        }
    } else {
        time_slice::end(me, true);
        set_flags(cell, head);  // so that this thread's next attempt does not pass by the queue
        serve(cell, place, wakes);
    }
    place.lock.unlock();
    wakes.wake();
}

/// How many threads stand in the queue.
template <class Cell>
std::uint64_t count_waiters(const Cell& cell) noexcept
{
    bucket& place = bucket_for(&cell);
    place.lock.lock();
    const waiter* const head = place.first(&cell, Cell::kind);
    const std::uint64_t count = head == nullptr ? 0 : head->length;
    place.lock.unlock();
    return count;
}

}  // namespace signalbox::detail
