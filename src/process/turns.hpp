// Turns: how long who holds permits may take them again and again while others wait.
//
// Invariant 1  Invariant 3 of room.hpp: a release leaves the queue alone only if all who could go on with
//              what is free have been called already, and have not looked since.
// Because      A call costs 10 us, and who was called is awake 40 to 90 us later, or when the kernel takes
//              the processor from who called it. Until then the holder can take it thousands of times. The
//              clock of the turn is kept by who gives back; so it costs who waits nothing.
// Fairness     From the end of the turn on nobody overtakes the first of the queue: what is free is kept for
//              it, and who had the permits stands at the end of the queue.
// Crash        The end of a turn is a hint. Whatever it says, the first of the queue reserves what is free
//              when it comes and finds nothing.
// Checked by   models/pocket.pml, tests/process/turns_test.cpp
#pragma once

#include "process/room.hpp"

namespace signalbox::process::detail {

/// When a turn ends that begins now, with so many waiting. On the steady clock, in nanoseconds.
std::int64_t turn_end(std::size_t waiting) noexcept;

/// After `n` permits were given back, which made `before` something else: sees to it that those who wait
/// learn of it. Never waits; may be called from a signal handler.
void after_release(attachment& object, ledger_word::type before, std::int64_t n) noexcept;

}  // namespace signalbox::process::detail
