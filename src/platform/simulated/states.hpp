// Recognising a state that was explored before, by a number that stands for it.
//
// Invariant 1  Each thread has two numbers for its past. `versions` takes in, step by step, which store the
//              thread read or replaced, and a store's version is made of its writer's number: it stands for
//              all that happened before. `values` takes in the value that was read and, for an acquire, whose
//              release it was: it stands for all that the thread can know, if it will read nothing stale any
//              more.
// Invariant 2  The sum of `versions` over all threads, with the clock and who is pausing, stands for the
//              whole state: equal numbers, equal futures. When no stale read is left to spend, the sum of
//              `values` and of the newest contents of all atomic objects does. A state met again with no more
//              left of any budget is not explored again.
// Because      Plain memory needs no number: it is ordered by releases and acquires, or there is a race. Two
//              executions that differ in the order of independent steps alone reach one state; so do a stale
//              read and the same read made earlier. Without this, two threads of 40 steps have 10^23
//              schedules; with it, some thousand executions. The argument is on docs/simulation.md.
// Edges        Two different states may have equal numbers: with 10^7 states, once in about 400,000
//              explorations.
// Source       Musuvathi and Qadeer, "Partial-Order Reduction for Context-Bounded State Exploration"
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace signalbox::simulated {

/// Spreads every bit of `value` over all bits (splitmix64).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value) noexcept
{
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

/// What stands for the past of a thread.
struct past {
    std::uint64_t values = 0;
    std::uint64_t versions = 0;
};

/// What is left to spend in one execution; each at most 127, so that all are compared at once.
struct budgets {
    std::uint8_t preemptions = 0;
    std::uint8_t stale_reads = 0;
    std::uint8_t spurious_wakes = 0;
    std::uint8_t weak_failures = 0;
    std::uint8_t time_jumps = 0;
    std::uint8_t rushed_pauses = 0;
    std::uint8_t unused_a = 0;
    std::uint8_t unused_b = 0;
};

class state_set {
public:
    /// Returns true if `state` was added before with at least as much left of everything; adds it otherwise.
    bool contains_or_add(std::uint64_t state, const budgets& left);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    void clear();

private:
    struct entry {
        std::uint64_t state = 0;  // 0: free
        std::uint64_t left = 0;
    };

    void grow();

    std::vector<entry> entries_;
    std::size_t size_ = 0;
};

}  // namespace signalbox::simulated
