// The one clock by which waits are limited: steady, as the kernel's CLOCK_MONOTONIC.
#pragma once

#include <chrono>

namespace signalbox::platform {

/// Now, on the clock of all deadlines. No system call where the kernel maps its clock into the process.
[[nodiscard]] inline std::chrono::steady_clock::time_point now() noexcept
{
    return std::chrono::steady_clock::now();
}

}  // namespace signalbox::platform
