// Every triple of public operations of the semaphore on three threads, with at most three preemptions, for
// one and for two permits, in both kinds of fairness.
#include <gtest/gtest.h>

#include <tuple>

#include "semaphore_operations.hpp"
#include "sets.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_each = 1'000;

const std::vector<semaphore_operation>& all = semaphore_operations();

body scene(const std::vector<unsigned>& numbers, fairness order)
{
    return semaphore_scenario(chosen(all, numbers), order);
}

std::string name_of(fairness order)
{
    return order == fairness::fifo ? "_fifo" : "_bounded";
}

bool explore_triple(const std::vector<unsigned>& numbers, fairness order, explored& sum)
{
    const std::string name = names(all, numbers) + name_of(order);
    return explore_briefly(name, scene(numbers, order), executions_each, sum);
}

class semaphore_triple : public testing::TestWithParam<std::tuple<unsigned, fairness>> {};

TEST_P(semaphore_triple, keeps_every_promise_with_three_preemptions)
{
    const auto [first, order] = GetParam();
    explored sum;
    for (const auto& triple : multisets(all.size(), 3)) {
        if (triple.front() == first && !explore_triple(triple, order, sum)) {
            break;
        }
    }
    sum.report("triples with " + all[first].name + name_of(order));
}

INSTANTIATE_TEST_SUITE_P(simulated, semaphore_triple,
                         testing::Combine(testing::Range(0U, static_cast<unsigned>(all.size())),
                                          testing::Values(fairness::bounded, fairness::fifo)),
                         [](const auto& which) {
                             return all[std::get<0>(which.param)].name + name_of(std::get<1>(which.param));
                         });

/// The search that a test run has no time for: all triples, for as long as is asked.
TEST(semaphore_soak, every_triple_in_every_variant)
{
    const auto sets = multisets(all.size(), 3);
    soak("semaphore", sets, [](const auto& triple, std::uint64_t executions, explored& sum) {
        for (const fairness order : {fairness::bounded, fairness::fifo}) {
            const std::string name = names(all, triple) + name_of(order);
            if (!explore_bounded(name, scene(triple, order), executions, 3, sum)) {
                return false;
            }
        }
        return true;
    });
}

}  // namespace
}  // namespace signalbox::simulated
