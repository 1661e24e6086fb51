// Waiting awake for a moment: before a thread stands in the queue, and when it was called too early.
//
// Because      A process that sleeps is back after 40 to 90 us; one that looks takes permits in 0.1 us.
// Checked by   tests/process/semaphore_test.cpp, tests/process/turns_test.cpp
#pragma once

#include "process/waiting.hpp"

namespace signalbox::process::detail {

/// Looks for permits for as long as a wake-up takes, if that has led to something lately and nobody waits:
/// `too_few` if there were none.
verdict take_awake(attachment& object, const request& what);

/// Looks until so many permits are free, at most for as long as a wake-up takes. They are not taken.
void look_for_turn(const attachment& object, std::int64_t wanted) noexcept;

}  // namespace signalbox::process::detail
