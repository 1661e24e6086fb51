// Every pair of public operations of the bounded queue on two threads, without a bound on preemptions,
// beginning as empty and as full as can be; of the form for one thread on each side, those that it allows.
#include <gtest/gtest.h>

#include <tuple>

#include "queue_operations.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_each = 4'000;

using many = queue_world<many_to_many>;
using one = queue_world<one_to_one>;
using pair = std::tuple<unsigned, unsigned, bool>;

template <class World>
std::string name_of(const pair& which)
{
    const auto& all = queue_operations<World>();
    const auto [first, second, is_full] = which;
    return all[first].name + "_and_" + all[second].name + (is_full ? "_full" : "");
}

template <class World>
void explore_pair(const pair& which)
{
    const auto& all = queue_operations<World>();
    const auto [first, second, is_full] = which;
    explore_variants(name_of<World>(which), queue_scenario<World>({all[first], all[second]}, is_full),
                     executions_each);
}

bool pushes(const queue_operation<one>& what)
{
    return what.pushes + what.may_push > 0;
}

bool pops(const queue_operation<one>& what)
{
    return what.pops + what.may_pop > 0;
}

std::vector<pair> all_pairs(bool of_one_to_one)
{
    const auto& all = queue_operations<one>();
    std::vector<pair> pairs;
    for (unsigned first = 0; first < all.size(); ++first) {
        for (unsigned second = first; second < all.size(); ++second) {
            if (of_one_to_one &&
                ((pushes(all[first]) && pushes(all[second])) || (pops(all[first]) && pops(all[second])))) {
                continue;
            }
            pairs.emplace_back(first, second, false);
            pairs.emplace_back(first, second, true);
        }
    }
    return pairs;
}

class queue_pair : public testing::TestWithParam<pair> {};
class one_to_one_queue_pair : public testing::TestWithParam<pair> {};

TEST_P(queue_pair, keeps_every_promise_under_every_schedule)
{
    explore_pair<many>(GetParam());
}

TEST_P(one_to_one_queue_pair, keeps_every_promise_under_every_schedule)
{
    explore_pair<one>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(simulated, queue_pair, testing::ValuesIn(all_pairs(false)),
                         [](const auto& which) { return name_of<many>(which.param); });
INSTANTIATE_TEST_SUITE_P(simulated, one_to_one_queue_pair, testing::ValuesIn(all_pairs(true)),
                         [](const auto& which) { return name_of<one>(which.param); });

}  // namespace
}  // namespace signalbox::simulated
