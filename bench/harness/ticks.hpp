// A clock cheap enough to read twice per operation, and its rate.
//
// Because      steady_clock costs about two uncontended locks; the processor's counter costs less than one.
// Edges        The counter isn't ordered against the loads around it: a reading may be off by tens of
//              nanoseconds. It must run at one rate on all cores (constant and invariant on every x86-64 of
//              the last 15 years).
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace bench {

inline std::uint64_t ticks() noexcept
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t value = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(value));
    return value;
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

// Nanoseconds per tick: the median of nine comparisons with the steady clock, 2 ms each.
inline double measure_ns_per_tick()
{
    std::array<double, 9> rates{};
    for (double& rate : rates) {
        const auto start = std::chrono::steady_clock::now();
        const std::uint64_t first = ticks();
        auto end = start;
        while (end - start < std::chrono::milliseconds(2))
            end = std::chrono::steady_clock::now();
        const std::uint64_t last = ticks();
        rate =
            std::chrono::duration<double, std::nano>(end - start).count() / static_cast<double>(last - first);
    }
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
}

}  // namespace bench
