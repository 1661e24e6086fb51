// The variants in which the shipped sources are explored.
#include "shipped.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "core/parking_table.hpp"

namespace signalbox::simulated {

namespace {

auto deadlock_after = detail::waiting_policy::never;

}  // namespace

looks_for_deadlocks::looks_for_deadlocks(std::chrono::nanoseconds after)
{
    deadlock_after = after;
}

looks_for_deadlocks::~looks_for_deadlocks()
{
    deadlock_after = detail::waiting_policy::never;
}

detail::waiting_policy short_waits(bool spins)
{
    detail::waiting_policy numbers;
    numbers.spins = spins;
    numbers.pauses_per_poll = 1;
    numbers.polls_per_look = 1;
    numbers.missed_most = 1;
    numbers.bucket_polls = spins ? 1 : 0;
    numbers.polls_per_turn = numbers.most_turns = 1;
    numbers.stride_most = 1;
    numbers.share_least = spins ? std::chrono::nanoseconds{0} : numbers.never;  // slices are shared, or not
    numbers.queue_pauses = numbers.queue_turns = 1;
    numbers.deadlock_after = deadlock_after;
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

std::uint64_t share_of(std::uint64_t executions)
{
    const char* const asked = std::getenv("SIGNALBOX_SEARCH_SHARE");
    const double share = asked == nullptr ? 1.0 : std::strtod(asked, nullptr);
    return std::max(std::uint64_t{1}, static_cast<std::uint64_t>(static_cast<double>(executions) * share));
}

namespace {

explored total;

class total_at_the_end : public testing::Environment {
public:
    void TearDown() override
    {
        std::cout << "explored: " << total.executions << " schedules (" << total.random << " at random) in "
                  << total.searches << " searches, " << total.exhausted << " of them exhaustive\n";
    }
};

[[maybe_unused]] const auto* const printer =
    testing::AddGlobalTestEnvironment(new total_at_the_end);  // gtest deletes it

/// Both random searches with everything disturbed.
bool explore_randomly(const std::string& name, const body& of, std::uint64_t executions, explored& sum)
{
    detail::policy = short_waits(true);
    for (const auto kind : {search::random, search::priorities}) {
        options how = shipped_options();
        how.how = kind;
        how.stale_reads = how.spurious_wakes = how.weak_failures = how.time_jumps = how.rushed_pauses = 2;
        how.max_executions = executions;
        const result found = explore(how, of);
        sum.executions += found.executions;
        sum.random += found.executions;
        EXPECT_FALSE(found.failed) << name << ", at random: " << found.summary();
        if (found.failed) {
            return false;
        }
    }
    return true;
}

result explore_one(const std::string& name, const variant& each, const body& of, std::uint64_t executions,
                   std::uint8_t preemptions, explored& sum)
{
    detail::policy = short_waits(each.spins);
    options how = shipped_options();
    how.preemptions = preemptions;
    how.max_executions = executions;
    each.disturb(how);
    result found = explore(how, of);
    EXPECT_FALSE(found.failed) << name << ", " << each.name << ": " << found.summary();
    sum.executions += found.executions;
    ++sum.searches;
    sum.exhausted += static_cast<std::uint64_t>(found.exhausted);
    return found;
}

struct policy_as_before {
    ~policy_as_before() { detail::policy = detail::waiting_policy{}; }
};

}  // namespace

void explored::report(const std::string& name) const
{
    std::cout << "  " << name << ": " << executions << " executions in " << searches << " searches, "
              << exhausted << " exhausted" << (open.empty() ? "" : "; not") << open << '\n';
    testing::Test::RecordProperty("executions", std::to_string(executions));
    testing::Test::RecordProperty("searches", std::to_string(searches));
    testing::Test::RecordProperty("exhausted", std::to_string(exhausted));
    total.executions += executions;
    total.random += random;
    total.searches += searches;
    total.exhausted += exhausted;
}

bool explore_bounded(const std::string& name, const body& of, std::uint64_t executions,
                     std::uint8_t preemptions, explored& sum)
{
    const policy_as_before restored;
    for (const variant& each : all_variants()) {
        const result found = explore_one(name, each, of, executions, preemptions, sum);
        if (found.failed) {
            return false;
        }
        sum.open += found.exhausted ? "" : std::string{" "} + each.name;
    }
    return true;
}

void explore_variants(const std::string& name, const body& of, std::uint64_t executions,
                      std::uint8_t preemptions)
{
    constexpr std::uint8_t few = 3;
    explored sum;
    bool holds = explore_bounded(name, of, share_of(executions), preemptions, sum);
    if (holds && !sum.open.empty()) {
        if (preemptions > few) {
            explored again;
            holds = explore_bounded(name, of, share_of(executions / 4), few, again);
            sum.executions += again.executions;
            sum.searches += again.searches;
            sum.exhausted += again.exhausted;
        }
        const policy_as_before restored;
        holds = holds && explore_randomly(name, of, share_of(executions / 8), sum);
    }
    sum.report(name);
}

void explore_stale(const std::string& name, const body& of, std::uint8_t preemptions)
{
    const auto& all = all_variants();
    const auto stale = std::find_if(all.begin(), all.end(),
                                    [](const variant& each) { return each.name == std::string{"stale"}; });
    const policy_as_before restored;
    explored sum;
    const result found = explore_one(name, *stale, of, 200'000, preemptions, sum);
    EXPECT_TRUE(found.exhausted || found.failed) << name << ": it takes too long";
    sum.report(name);
}

bool explore_briefly(const std::string& name, const body& of, std::uint64_t executions, explored& sum)
{
    const policy_as_before restored;
    std::uint64_t left = share_of(executions / 2);
    for (std::uint8_t preemptions = 1; preemptions <= 3; ++preemptions) {
        const result found = explore_one(name, all_variants()[1], of, left, preemptions, sum);
        if (found.failed) {
            return false;
        }
        if (!found.exhausted || found.executions >= left) {
            break;
        }
        left -= found.executions;
    }
    return explore_randomly(name, of, share_of(executions / 4), sum);
}

}  // namespace signalbox::simulated
