// What a thread has made its own of the others' past: one count of steps per thread.
//
// Source       Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System"; Mattern, "Virtual
//              Time and Global States of Distributed Systems"
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace signalbox::simulated {

using tick = std::uint32_t;

inline constexpr unsigned max_threads = 8;  // thread 0 sets up and checks; a scenario may start seven
inline constexpr tick never = ~tick{0};

struct alignas(32) vector_clock {
    std::array<tick, max_threads> at{};

    void join(const vector_clock& other) noexcept
    {
        for (unsigned thread = 0; thread < max_threads; ++thread) {
            at[thread] = std::max(at[thread], other.at[thread]);
        }
    }

    /// Says whether everything that `other` counts has happened before.
    [[nodiscard]] bool covers(const vector_clock& other) const noexcept
    {
        unsigned missing = 0;
        for (unsigned thread = 0; thread < max_threads; ++thread) {
            missing |= static_cast<unsigned>(other.at[thread] > at[thread]);
        }
        return missing == 0;
    }

    /// Says whether anything that `other` counts has happened before (`never` has not).
    [[nodiscard]] bool meets(const vector_clock& other) const noexcept
    {
        unsigned met = 0;
        for (unsigned thread = 0; thread < max_threads; ++thread) {
            met |= static_cast<unsigned>(other.at[thread] <= at[thread]);
        }
        return met != 0;
    }
};

[[nodiscard]] constexpr vector_clock all_never() noexcept
{
    vector_clock clock;
    clock.at.fill(never);
    return clock;
}

}  // namespace signalbox::simulated
