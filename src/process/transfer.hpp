// Permits that are handed to another process: held by the giver, and from one moment on by the receiver.
//
// A process has an inbox: a cell that no thread uses, into which others move permits under the lock of the
// room, and out of which its own threads adopt them.
//
// Invariant 1  Permits move between two cells in two operations of the ledger; between them they are out. The
//              record `moving` says so before the first one, and with what numbers the cells began. Whoever
//              takes over the lock of a dead mover ends what was begun, before it recovers anybody.
// Because      One compare-and-swap changes one cell. Only who holds the room moves, so one record is enough.
// Crash        Killed before the first operation: the giver's, and so free again. After it: the receiver's.
// Checked by   tests/process/transfer_test.cpp, tests/crash/transfer_crash_test.cpp
#pragma once

#include <signalbox/process/info.hpp>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

/// Hands over `n` permits of the thread's cell `from`. Errors: std::system_error: no_such_process.
void hand_over(attachment& object, lease& from, std::int64_t n, const participant_info& to);

/// Moves `n` permits from this process's inbox to the cell; false if fewer lie there.
bool fetch(attachment& object, lease& into, std::int64_t n);

}  // namespace signalbox::process::detail
