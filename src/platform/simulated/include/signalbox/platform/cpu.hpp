// The simulated processor: as many cores as the options say; thread t runs on core t modulo their number.
//
// Because      Which core a thread runs on only feeds hints, so it is no choice of the exploration; a test
//              that wants other cores asks for another number of them.
// Checked by   tests/simulated/kernel_test.cpp
#pragma once

namespace signalbox::platform {

inline constexpr unsigned no_cpu = ~0U;

/// Another thread gets a step before the caller goes on; when every thread that could run pauses, time
/// passes.
void spin_pause(const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept;

inline void yield(const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
{
    spin_pause(file, line);
}

[[nodiscard]] unsigned cpu_count() noexcept;
[[nodiscard]] unsigned current_cpu() noexcept;

}  // namespace signalbox::platform
