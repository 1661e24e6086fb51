// Every pair of public operations of the semaphore on two threads, without a bound on preemptions, for one
// and for two permits, in both kinds of fairness.
#include <gtest/gtest.h>

#include <tuple>

#include "semaphore_operations.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_each = 10'000;

using pair = std::tuple<unsigned, unsigned, fairness>;

class semaphore_pair : public testing::TestWithParam<pair> {};

std::string name_of(const pair& which)
{
    const auto& all = semaphore_operations();
    const auto [first, second, order] = which;
    return all[first].name + "_and_" + all[second].name + (order == fairness::fifo ? "_fifo" : "_bounded");
}

std::vector<pair> all_pairs()
{
    std::vector<pair> pairs;
    for (const fairness order : {fairness::bounded, fairness::fifo}) {
        for (unsigned first = 0; first < semaphore_operations().size(); ++first) {
            for (unsigned second = first; second < semaphore_operations().size(); ++second) {
                pairs.emplace_back(first, second, order);
            }
        }
    }
    return pairs;
}

TEST_P(semaphore_pair, keeps_every_promise_under_every_schedule)
{
    const auto& all = semaphore_operations();
    const auto [first, second, order] = GetParam();
    explore_variants(name_of(GetParam()), semaphore_scenario({all[first], all[second]}, order),
                     executions_each);
}

INSTANTIATE_TEST_SUITE_P(simulated, semaphore_pair, testing::ValuesIn(all_pairs()),
                         [](const auto& which) { return name_of(which.param); });

}  // namespace
}  // namespace signalbox::simulated
