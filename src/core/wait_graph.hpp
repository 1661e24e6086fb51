// The waits that have lasted long, by thread, and the search for a cycle of owners among them.
//
//   thread 1 --waits for--> A --owned by--> thread 2 --waits for--> B --owned by--> thread 1
//
// A wait without a limit enters the graph when it has lasted policy.deadlock_after, is searched once, and
// stays until its call is about to return. Shorter waits never come here.
//
// Invariant 1  While a wait stands in the graph its thread is inside lock(): it gives up nothing that it
//              owns. What it owns grows by one object at most, the one that it waits for.
// Invariant 2  The graph holds no cycle, except through a wait that is marked as reported.
// Because      No false alarm: each step of a search reads that W waits for M, and that V owns M, where V's
//              wait stands in the graph too. V can't give M up (Invariant 1), so W can't get it, until V gets
//              what V waits for: once read, the step stays true while the lock is held, and all steps of a
//              cycle are true at one moment. A thread that owns what it still seems to wait for has just got
//              it: it is no step. The read is no older than V's entering, which the graph's lock orders
//              before it, and after which V released nothing. No wait here can end by a time-out or a stop.
//              Always an alarm: the waits of a cycle enter one after the other, and each searches when it
//              enters; the last finds the others there, wherever their clocks stood. A cycle that never
//              closes for that long is none. One search is enough for each wait: a thread that is granted
//              something and then waits elsewhere begins a new wait.
//              Exactly one alarm: whoever finds a cycle takes its own wait out under the same lock.
// Lifetime     A wait's object is alive while the wait stands here: its call has not returned.
// Checked by   tests/core/wait_graph_test.cpp, tests/simulated/deadlock_test.cpp,
//              tests/thread/deadlock_test.cpp
// Source       Holt, "Some Deadlock Properties of Computer Systems", 1972 (one owner, one wait: a cycle is
//              necessary and sufficient)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/parking_table.hpp"

namespace signalbox::detail {

/// One wait in the graph. All but `who` is touched only under the graph's lock while it stands there.
struct long_wait {
    explicit long_wait(const waiter& waits) noexcept : who{waits} {}
    long_wait(const long_wait&) = delete;
    long_wait& operator=(const long_wait&) = delete;

    const waiter& who;  // its thread, cell, kind and time don't change while it waits
    bool is_entered = false;
    bool is_reported = false;  // its cycle is known, and it waits on: no other thread reports that again
    long_wait* next = nullptr;
};

/// One step of a cycle: a copy, since the other threads may go on when the lock is released.
struct cycle_step {
    std::uint32_t thread = 0;
    const void* cell = nullptr;
    cell_kind kind{};
    std::chrono::steady_clock::time_point since{};
};

namespace wait_graph {

/// Enters `mine` if it isn't there, and follows owners from it until it comes back to `mine`.
/// Returns how many steps the cycle has, 0 if there is none. If they have room in `found` they stand there,
/// beginning with `mine`, and `mine` has left the graph.
/// Complexity  The length of the chain; one lock.
std::size_t search(long_wait& mine, std::span<cycle_step> found) noexcept;

/// Takes `mine` out, if it is there.
void leave(long_wait& mine) noexcept;

/// Makes the graph survive fork(2); called once.
void protect_around_fork() noexcept;

/// Forgets all waits: their threads are gone.
void forget() noexcept;

}  // namespace wait_graph

}  // namespace signalbox::detail
