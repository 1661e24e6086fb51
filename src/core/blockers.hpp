// What keeps a wait from ending: the one place to extend when a new kind of word is to be seen by deadlock
// detection.
//
//   waits                       and is kept by
//   for a mutex                 its owner
//   to write                    who holds it, for upgrade too, and each noted reader
//   to read                     who writes, and each writer that stands before it in the queue
//   to hold for upgrade         who holds it, and each writer that stands before it
//   to write, from upgrade      each noted reader
//   for permits                 all together whose permits were noted
//
// Invariant 1  One of them alone keeps the wait, as long as it does not go on; but of those with permits,
//              only so many that too few permits are left (lacks()).
// Invariant 2  A wait that has ended is kept by nobody, although its call has not returned yet.
// Because      A writer needs that every reader leaves. A reader that came after a writer gets in after it,
//              and the order of a queue does not change; only who holds for upgrade goes before all.
//              Readers and permits are known by notes (holders.hpp). Notes of more readers than there are
//              were left behind, and none is believed. That each noted permit is where it was acquired, and
//              that nobody else releases, is likely and not certain.
// Checked by   tests/core/wait_graph_test.cpp, tests/thread/deadlock_readers_test.cpp,
//              tests/thread/deadlock_permits_test.cpp
#pragma once

#include <cstdint>

#include "core/parking_table.hpp"

namespace signalbox::detail {

/// How one thread keeps another.
enum class tie : std::uint8_t { owns, reads, comes_first, has_permits };

struct blocker {
    std::uint32_t thread;
    tie how;
    std::int64_t count;  // of permits
};

/// Calls `visit(context, blocker)` for each of them, with locks held: of the bucket, of the list of notes.
/// Precondition: the call of `who` has not returned.
void each_blocker(const waiter& who, void* context, void (*visit)(void* context, const blocker&)) noexcept;

/// The same for anything that can be called.
template <class Visit>
void each_blocker(const waiter& who, Visit&& visit) noexcept
{
    each_blocker(who, &visit, [](void* context, const blocker& one) {
        (*static_cast<std::remove_reference_t<Visit>*>(context))(one);
    });
}

/// Whether a wait for permits can't end while `held` of them stay where they are.
[[nodiscard]] bool lacks(const waiter& who, std::int64_t held) noexcept;

}  // namespace signalbox::detail
