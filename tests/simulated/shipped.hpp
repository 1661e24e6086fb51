// What the tests of the shipped sources share: operations on a world, and every set of them explored in
// several ways.
//
// Because      A single search with all disturbances at once multiplies their numbers; one search for each
//              kind adds them. What a search does not exhaust within its budget is continued with at most
//              three preemptions, and then by random schedules with all disturbances together. The
//              environment variable SIGNALBOX_SEARCH_SHARE multiplies the budgets.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <signalbox/simulated/explore.hpp>
#include <signalbox/simulated/shared_data.hpp>

#include "core/policy.hpp"

namespace signalbox::simulated {

/// While it lives, waits of the searched scenarios look for deadlocks after a time; otherwise they never do.
class [[nodiscard]] looks_for_deadlocks {
public:
    explicit looks_for_deadlocks(std::chrono::nanoseconds after);
    ~looks_for_deadlocks();
    looks_for_deadlocks(const looks_for_deadlocks&) = delete;
    looks_for_deadlocks& operator=(const looks_for_deadlocks&) = delete;
};

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

/// As many as are to be explored where `executions` is the usual number.
[[nodiscard]] std::uint64_t share_of(std::uint64_t executions);

/// What several searches came to.
struct explored {
    std::uint64_t executions = 0;
    std::uint64_t random = 0;  // of these
    std::uint64_t searches = 0;
    std::uint64_t exhausted = 0;  // of these
    std::string open;             // names of variants that were not exhausted

    /// Prints one line, records the numbers as properties of the running test, and adds them to the total
    /// that the program prints at its end.
    void report(const std::string& name) const;
};

/// Explores `of` in every variant, each with at most `executions`, and reports. Fails on any failure.
void explore_variants(const std::string& name, const body& of, std::uint64_t executions,
                      std::uint8_t preemptions = without_bound);

/// Explores `of` in one variant after the other with at most `preemptions`; adds to `sum`. Returns false, and
/// fails, on a failure.
bool explore_bounded(const std::string& name, const body& of, std::uint64_t executions,
                     std::uint8_t preemptions, explored& sum);

/// Explores `of` with one read of an older store, as far as `preemptions` reach: that must not be too far.
void explore_stale(const std::string& name, const body& of, std::uint8_t preemptions);

/// The quick look at one of many scenarios: with one, two and three preemptions as far as half of the
/// `executions` reach, then by random schedules with everything disturbed. Otherwise as explore_bounded().
bool explore_briefly(const std::string& name, const body& of, std::uint64_t executions, explored& sum);

}  // namespace signalbox::simulated
