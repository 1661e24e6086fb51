// The work inside and outside a section: a chain of multiplications in which each needs the one before.
//
// Invariant 1  The chain starts from data that was read under the lock and ends in data that is written under
//              it, so that a processor can't begin it before the lock is taken, nor finish it after the
//              unlock.
// Invariant 2  n steps from x give jump(x, n), which is computed without running the steps: two sections that
//              overlapped, or a lost write, leave another value.
// Because      Independent work would run in the shadow of the lock's own latency and look free.
// Checked by   bench/tests/harness_test.cpp
// Source       jump: F. B. Brown, Random Number Generation with Arbitrary Strides (1994)
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "ticks.hpp"

namespace bench {

inline constexpr std::uint64_t chain_factor = 6364136223846793005U;  // Knuth's MMIX generator
inline constexpr std::uint64_t chain_addend = 1;

inline std::uint64_t chain(std::uint64_t value, std::uint64_t steps) noexcept
{
    for (; steps != 0; --steps) {
        value = value * chain_factor + chain_addend;
        asm volatile("" : "+r"(value));  // one step at a time: no vectors, no closed form
    }
    return value;
}

// The value of chain(value, steps), in about log2(steps) multiplications.
constexpr std::uint64_t jump(std::uint64_t value, std::uint64_t steps) noexcept
{
    std::uint64_t factor = chain_factor;
    std::uint64_t addend = chain_addend;
    for (; steps != 0; steps >>= 1U) {
        if ((steps & 1U) != 0)
            value = value * factor + addend;
        addend = (factor + 1) * addend;
        factor *= factor;
    }
    return value;
}

// Nanoseconds that one call of chain(x, steps) takes, as part of a longer chain of such calls.
// The least of many short rounds: anything else that the machine does only makes a round longer.
inline double measure_chain_ns(std::uint64_t steps, double ns_per_tick)
{
    const auto calls =
        static_cast<std::uint64_t>(std::max(1.0, 20'000.0 / (1.6 * static_cast<double>(steps + 1))));
    double least = std::numeric_limits<double>::max();
    std::uint64_t value = 1;
    for (int round = 0; round < 200; ++round) {
        const std::uint64_t first = ticks();
        for (std::uint64_t call = 0; call < calls; ++call)
            value = chain(value, steps);
        asm volatile("" : "+r"(value));
        const double spent = static_cast<double>(ticks() - first) * ns_per_tick / static_cast<double>(calls);
        least = std::min(least, spent);
    }
    return least;
}

// Steps whose chain takes `ns` nanoseconds, within a few per cent. 0 gives 0.
inline std::uint64_t steps_for(double ns, double ns_per_tick)
{
    if (ns <= 0)
        return 0;
    double steps = std::max(1.0, 1000.0 * ns / measure_chain_ns(1000, ns_per_tick));
    for (int round = 0; round < 3; ++round) {
        const double measured = measure_chain_ns(static_cast<std::uint64_t>(steps + 0.5), ns_per_tick);
        steps = std::max(1.0, steps * ns / measured);
    }
    return static_cast<std::uint64_t>(steps + 0.5);
}

}  // namespace bench
