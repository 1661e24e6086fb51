// What the tests of the shipped sources share: operations on a world, and every set of them explored in
// several ways.
//
// Because      A single search with all disturbances at once multiplies their numbers; one search for each
//              kind adds them. What a search does not exhaust within its budget is continued by random
//              schedules with all disturbances together. The environment variable SIGNALBOX_SOAK multiplies
//              the budgets.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <signalbox/simulated/explore.hpp>
#include <signalbox/simulated/shared_data.hpp>

#include "core/policy.hpp"

namespace signalbox::simulated {

/// Numbers that make waiting short: every branch of the policy is reached within a few steps.
[[nodiscard]] detail::waiting_policy short_waits(bool spins);

/// Nothing disturbed, threads known, statics put back.
[[nodiscard]] options shipped_options();

/// One way to search: a policy, and what is disturbed.
struct variant {
    const char* name;
    bool spins;
    void (*disturb)(options&);
};

[[nodiscard]] const std::vector<variant>& all_variants();

/// How many times more than usual is to be explored.
[[nodiscard]] unsigned soak_factor();

/// Explores `of` in every variant, each with at most `executions`, and prints one line. Fails on any failure.
/// Waits look for deadlocks after `deadlock_after`.
void explore_variants(const std::string& name, const body& of, std::uint64_t executions,
                      std::uint8_t preemptions = without_bound,
                      std::chrono::nanoseconds deadlock_after = detail::waiting_policy::never);

}  // namespace signalbox::simulated
