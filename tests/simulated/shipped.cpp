// The variants in which the shipped sources are explored.
#include "shipped.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "core/parking_table.hpp"

namespace signalbox::simulated {

detail::waiting_policy short_waits(bool spins)
{
    detail::waiting_policy numbers;
    numbers.spins = spins;
    numbers.pauses_per_poll = 1;
    numbers.polls_per_look = 1;
    numbers.missed_most = 1;
    numbers.bucket_polls = 0;
    numbers.stride_most = 1;
    numbers.deadlock_after = numbers.never;
    return numbers;
}

options shipped_options()
{
    options how;
    how.stale_reads = how.spurious_wakes = how.weak_failures = how.time_jumps = how.rushed_pauses = 0;
    how.max_steps = 3'000;
    how.threads_are_known = true;
    how.reset = &detail::reset_for_simulation;
    return how;
}

const std::vector<variant>& all_variants()
{
    static const std::vector<variant> all{
        {"plain", false, [](options&) {}},
        {"spinning", true, [](options& how) { how.rushed_pauses = 1; }},
        {"stale", false, [](options& how) { how.stale_reads = 1; }},
        {"spurious", false, [](options& how) { how.spurious_wakes = 1; }},
        {"weak", true, [](options& how) { how.weak_failures = 1; }},
        {"time", true, [](options& how) { how.time_jumps = 1; }},
    };
    return all;
}

unsigned soak_factor()
{
    const char* const asked = std::getenv("SIGNALBOX_SOAK");
    return asked == nullptr ? 1U : static_cast<unsigned>(std::max(1, std::atoi(asked)));
}

namespace {

/// Both random searches with everything disturbed, for what was not exhausted.
result explore_randomly(const body& of, std::uint64_t executions)
{
    result all;
    for (const auto kind : {search::random, search::priorities}) {
        options how = shipped_options();
        how.how = kind;
        how.stale_reads = how.spurious_wakes = how.weak_failures = how.time_jumps = how.rushed_pauses = 2;
        how.max_executions = executions;
        how.seed = soak_factor();  // a longer run begins elsewhere
        const result found = explore(how, of);
        EXPECT_FALSE(found.failed) << found.summary();
        all.executions += found.executions;
    }
    return all;
}

}  // namespace

void explore_variants(const std::string& name, const body& of, std::uint64_t executions,
                      std::uint8_t preemptions, std::chrono::nanoseconds deadlock_after)
{
    std::uint64_t total = 0;
    std::string open;  // variants that were not exhausted
    double seconds = 0;
    for (const variant& each : all_variants()) {
        detail::policy = short_waits(each.spins);
        detail::policy.deadlock_after = deadlock_after;
        options how = shipped_options();
        how.preemptions = preemptions;
        how.max_executions = executions * soak_factor();
        each.disturb(how);
        const result found = explore(how, of);
        EXPECT_FALSE(found.failed) << name << ", " << each.name << ": " << found.summary();
        total += found.executions;
        seconds += found.seconds;
        open += found.exhausted ? "" : std::string{" "} + each.name;
        if (found.failed) {
            break;
        }
    }
    std::uint64_t random = 0;
    if (!open.empty() && !testing::Test::HasFailure()) {
        detail::policy = short_waits(true);
        detail::policy.deadlock_after = deadlock_after;
        random = explore_randomly(of, executions / 8 * soak_factor()).executions;
    }
    std::cout << "  " << name << ": " << total << " executions"
              << (open.empty() ? ", exhausted" : ", not exhausted:") << open
              << (random == 0 ? "" : "; then " + std::to_string(random) + " at random") << '\n';
    testing::Test::RecordProperty("executions", std::to_string(total + random));
    testing::Test::RecordProperty("not_exhausted", open);
    detail::policy = detail::waiting_policy{};
}

}  // namespace signalbox::simulated
