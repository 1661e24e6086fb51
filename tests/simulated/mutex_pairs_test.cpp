// Every pair of public operations of the mutex on two threads, without a bound on preemptions.
#include <gtest/gtest.h>

#include "mutex_operations.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_each = 20'000;

class mutex_pair : public testing::TestWithParam<std::pair<unsigned, unsigned>> {};

std::string name_of_pair(const testing::TestParamInfo<std::pair<unsigned, unsigned>>& pair)
{
    const auto& all = mutex_operations();
    return all[pair.param.first].name + "_and_" + all[pair.param.second].name;
}

std::vector<std::pair<unsigned, unsigned>> all_pairs()
{
    std::vector<std::pair<unsigned, unsigned>> pairs;
    for (unsigned first = 0; first < mutex_operations().size(); ++first) {
        for (unsigned second = first; second < mutex_operations().size(); ++second) {
            pairs.emplace_back(first, second);
        }
    }
    return pairs;
}

TEST_P(mutex_pair, keeps_every_promise_under_every_schedule)
{
    const auto& all = mutex_operations();
    const auto [first, second] = GetParam();
    explore_variants(all[first].name + " + " + all[second].name, mutex_scenario({all[first], all[second]}),
                     executions_each);
}

INSTANTIATE_TEST_SUITE_P(simulated, mutex_pair, testing::ValuesIn(all_pairs()), name_of_pair);

}  // namespace
}  // namespace signalbox::simulated
