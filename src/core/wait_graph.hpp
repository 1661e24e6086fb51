// The waits that have lasted long, by thread, and the search for a deadlock among them.
//
//   thread 1 --waits for--> A --owned by--> thread 2 --waits for--> B --owned by--> thread 1
//
// A wait without a limit enters the graph when it has lasted policy.deadlock_after, is searched once, and
// stays until its call is about to return. Shorter waits never come here, but for those that a notify has
// moved from a condition to a mutex: a search enters them all first, for they sleep without a timer.
//
// Invariant 1  While a wait stands in the graph its thread is inside its call: it gives up nothing that it
//              has. What it has grows by one object at most, the one that it waits for.
// Invariant 2  The graph holds no cycle, except through a wait of which one was told already, and except
//              one that a moved wait has closed less than policy.deadlock_after ago.
// Because      No false alarm: each step of a search reads that W waits for what V keeps (blockers.hpp),
//              where V's wait stands in the graph too. V can't go on (Invariant 1), so W can't, until V gets
//              what V waits for: once read, the step stays true while the lock is held, and all steps of a
//              cycle are true at one moment. The read is no older than V's entering, which the graph's lock
//              orders before it, and after which V released nothing. No wait here can end by a time-out or a
//              stop: one that was moved ends with success alone.
//              Always an alarm: the waits of a cycle enter one after the other, and each searches when it
//              enters; the last finds the others there, wherever their clocks stood. A cycle that never
//              closes for that long is none. One search is enough for each wait: a thread that is granted
//              something and then waits elsewhere begins a new wait. Only a notify makes an old wait a step:
//              if it finds nobody in the graph, the other waits are still to enter and find the moved one;
//              otherwise it wakes that one, which then waits like any other, and searches.
//              Exactly one alarm: whoever finds a cycle takes its own wait out under the same lock. One that
//              was moved asks another wait of the cycle to search again: wait() has to return with its mutex
//              locked, so that nothing can be thrown there. There is another: the last of the threads to
//              begin its wait owned, when it did, whatever it would have to wait for after a notify.
//              Permits may be released by anybody: a cycle through a semaphore is only suspected. It is
//              looked for when there is no certain one, and stands in nobody's way.
// Lifetime     A wait's object is alive while the wait stands here: its call has not returned.
// Checked by   tests/core/wait_graph_test.cpp, tests/simulated/deadlock_test.cpp,
//              tests/thread/deadlock_test.cpp
// Source       Holt, "Some Deadlock Properties of Computer Systems", 1972 (one owner, one wait: a cycle is
//              necessary and sufficient; several units of a resource: a set whose waits keep each other)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/blockers.hpp"
#include "core/parking_table.hpp"

namespace signalbox::detail {

/// What one can be told of a deadlock, from less to more.
enum class certainty : std::uint8_t { none, suspected, certain };

/// One wait in the graph. All but `who` is touched only under the graph's lock while it stands there;
/// `is_adopted` and `is_asked` under that of the bucket of `who`.
struct long_wait {
    explicit long_wait(waiter& waits) noexcept : who{waits} { waits.watched = this; }
    long_wait(const long_wait&) = delete;
    long_wait& operator=(const long_wait&) = delete;

    waiter& who;  // its thread, cell, kind and time don't change while it stands in the graph
    bool is_entered = false;
    bool is_adopted = false;           // another thread's search has entered it
    bool is_asked = false;             // it shall search again
    certainty told = certainty::none;  // its cycle is known, and it waits on: nobody else reports that again
    long_wait* next = nullptr;

    // of the search that is going on:
    std::uint64_t search = 0;    // which search has reached it
    bool is_stuck = false;       // it can't end unless another stuck one does
    bool is_needed = false;      // it keeps one that is part of the cycle
    bool is_written = false;     // and is a part itself
    std::uint32_t distance = 0;  // steps from here to the wait that searches; 0: no way is known
    long_wait* later = nullptr;  // reached after this one
    long_wait* earlier = nullptr;
};

/// One step of a cycle: a copy, since the other threads may go on when the lock is released.
struct cycle_step {
    std::uint32_t thread = 0;
    const void* cell = nullptr;
    cell_kind kind{};
    std::chrono::steady_clock::time_point since{};
    blocker by{};
};

/// A search's result: how many steps the cycle has, 0 if there is none.
struct finding {
    std::size_t length = 0;
    certainty how = certainty::none;
};

namespace wait_graph {

/// Enters `mine` if it isn't there, and looks for a cycle through it. If its steps have room in `found` they
/// stand there, and `mine` has left the graph. They begin with `mine`, each followed by that of the thread
/// that keeps it; a wait for permits has one for each thread that keeps some, and then come the waits of
/// those that the ring leaves out.
/// Complexity  Grows with the waits that are reached from `mine`, not with the others; the locks of all
///             buckets into which any waiter was ever moved.
finding search(long_wait& mine, std::span<cycle_step> found) noexcept;

/// Takes `mine` out, if it is there.
void leave(long_wait& mine) noexcept;

/// A notify is about to move waiters to this mutex, and holds its bucket. Returns whether it must wake them.
[[nodiscard]] bool note_move(const void* mutex) noexcept;

/// The innermost wait of a thread in the graph, or null: a handler that was called during one may wait
/// itself. Precondition: the graph is locked.
[[nodiscard]] long_wait* wait_of(std::uint32_t thread) noexcept;

/// Makes the graph survive fork(2); called once.
void protect_around_fork() noexcept;

/// Forgets all waits: their threads are gone.
void forget() noexcept;

}  // namespace wait_graph

/// The search alone: looks for a cycle of this certainty through `mine`, which stands in the graph.
/// Returns how many steps it has. Precondition: the graph is locked.
std::size_t find_cycle(long_wait& mine, certainty how, std::span<cycle_step> found) noexcept;

}  // namespace signalbox::detail
