// Waiting at a gate, and letting everybody through: what event, latch and barrier have in common.
//
// Invariant 1  A thread sleeps at a gate only while it is shut, and `queued` is set above it: it parks after
//              a compare-and-swap under the lock found the word shut and wrote `queued` (waiting.hpp,
//              Invariant 1a). Who opens the gate afterwards finds the flag and visits the queue.
// Because      Opening is one write that several can see at once, so that nothing is handed from waiter to
//              waiter: the queue is for those who sleep. Who spins only reads the word; at most as many spin
//              as have a core, since nobody begins to while others sleep. Nobody spins where its last wait
//              was long.
// Edges        E1  open -> wait: what came before the opening is visible to whom it lets through.
// Lifetime     open() uses the address, and touches the gate only while a waiter stands in its queue.
//              A waiter that was granted doesn't touch the gate: when the last one has returned, or the only
//              one, it may be destroyed although open() has not returned.
// Checked by   tests/simulated/gates_test.cpp
#pragma once

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/queuing.hpp"
#include "core/serving.hpp"
#include "core/spinning.hpp"
#include "core/thread_registry.hpp"

namespace signalbox::detail {

/// How often a thread lets others run before it sleeps at a gate, while nobody comes there. Those that are
/// still to come may be ready on this very core: in 4 turns nearly all of them arrive, so that nobody has to
/// be woken (bench/gather.cpp, 2 virtual cores: a barrier's round of 32 threads 38 us instead of 172).
inline constexpr unsigned yields_at_gate = 4;

/// A wait that has lasted for so many times what a wake-up takes: then spinning at that gate doesn't pay.
inline constexpr int slow_gate_wakes = 4;

/// Looks at the word again after each of some yields, and begins to count anew when somebody has come.
/// Returns whether the gate is open.
template <class Cell>
bool yield_until_open(const Cell& cell, std::uint64_t wanted, const limit& until) noexcept
{
    using word = typename Cell::word;
    constexpr auto both = word::queued | word::reserved;
    auto before = cell.state.load(std::memory_order_relaxed);  // relaxed: asked only whether it changes
    for (unsigned i = 0; policy.spins && i < yields_at_gate && !until.until().has_passed(); ++i) {
        platform::yield();
        const auto now = cell.state.load(std::memory_order_acquire);  // E1 acquire: pairs with what opens it
        if (word::is_open(now, wanted)) {
            return true;
        }
        if ((now & ~both) != (before & ~both)) {
            i = 0;
        }
        before = now;
    }
    return false;
}

/// Polls the word for about as long as a wake-up takes, and lets others run between: who is to open it may be
/// ready on this core. Returns whether the gate is open.
template <class Cell>
bool spin_until_open(const Cell& cell, std::uint64_t wanted, const limit& until) noexcept
{
    using word = typename Cell::word;
    auto now = cell.state.load(std::memory_order_acquire);  // E1 acquire: pairs with what opens it
    if (word::is_open(now, wanted)) {
        return true;
    }
    const unsigned cores = platform::cpu_count();
    if (!policy.spins || cores == 1 || !word::opens_soon(now, cores) || until.until().has_passed()) {
        return false;
    }
    unsigned count = 0;
    for (poll_loop polls{until}; word::opens_soon(now, cores) && polls.pause();) {
        now = cell.state.load(std::memory_order_acquire);  // E1 acquire: pairs with what opens it
        if (word::is_open(now, wanted)) {
            return true;
        }
        if (++count % policy.polls_per_look == 0) {
            platform::yield();
        }
    }
    return false;
}

/// Waits until the gate is open for one who saw `wanted`.
template <class Cell>
outcome wait_at(Cell& cell, std::uint64_t wanted, const limit& until)
{
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    thread_context& me = platform::this_thread();
    const bool is_slow = me.slow_gate == &cell;
    me.slow_gate = nullptr;
    if ((!is_slow && spin_until_open(cell, wanted, until)) || yield_until_open(cell, wanted, until)) {
        return outcome::acquired;
    }
    identity_of(me);
    me.same_core = &cell;  // it has spun
    const auto since = platform::now();
    const outcome result = queued_call<Cell>{cell, wanted, until}.run(me, false, false);
    if (platform::now() - since > slow_gate_wakes * wake_cost::spin_time()) {
        me.slow_gate = &cell;
    }
    return result;
}

/// Lets the queue through after the caller has opened the gate and found `queued`. `cell` may be gone.
template <class Cell>
void let_through(Cell& cell) noexcept
{
    bucket& place = bucket_for(&cell);
    wake_list wakes;
    place.lock.lock();
    serve(cell, place, wakes);
    place.lock.unlock();
    wakes.wake();
}

}  // namespace signalbox::detail
