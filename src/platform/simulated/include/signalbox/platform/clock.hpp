// The virtual clock. It moves when no thread can run, and where the exploration chooses to let it jump.
//
// Checked by   tests/simulated/kernel_test.cpp
#pragma once

#include <chrono>

namespace signalbox::platform {

[[nodiscard]] std::chrono::steady_clock::time_point now(const char* file = __builtin_FILE(),
                                                        int line = __builtin_LINE()) noexcept;

/// No tick: the virtual clock itself.
[[nodiscard]] inline std::chrono::steady_clock::time_point coarse_now(const char* file = __builtin_FILE(),
                                                                      int line = __builtin_LINE()) noexcept
{
    return now(file, line);
}

}  // namespace signalbox::platform
