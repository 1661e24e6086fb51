// The one clock by which waits are limited: steady, as the kernel's CLOCK_MONOTONIC.
#pragma once

#include <chrono>

#include <time.h>

namespace signalbox::platform {

/// Now, on the clock of all deadlines. No system call where the kernel maps its clock into the process.
[[nodiscard]] inline std::chrono::steady_clock::time_point now() noexcept
{
    return std::chrono::steady_clock::now();
}

/// The same clock as it was at the kernel's last tick, 1 to 10 ms ago at most, for an eighth of the price.
[[nodiscard]] inline std::chrono::steady_clock::time_point coarse_now() noexcept
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::chrono::steady_clock::time_point{std::chrono::seconds{now.tv_sec} +
                                                 std::chrono::nanoseconds{now.tv_nsec}};
}

}  // namespace signalbox::platform
