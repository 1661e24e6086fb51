// Every triple of public operations of the mutex on three threads, with at most three preemptions.
#include <gtest/gtest.h>

#include "mutex_operations.hpp"
#include "sets.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_each = 4'000;

const std::vector<mutex_operation>& all = mutex_operations();

body scene(const std::vector<unsigned>& numbers)
{
    return mutex_scenario(chosen(all, numbers));
}

class mutex_triple : public testing::TestWithParam<unsigned> {};

TEST_P(mutex_triple, keeps_every_promise_with_three_preemptions)
{
    explored sum;
    for (const auto& triple : multisets(all.size(), 3)) {
        if (triple.front() == GetParam() &&
            !explore_briefly(names(all, triple), scene(triple), executions_each, sum)) {
            break;
        }
    }
    sum.report("triples with " + all[GetParam()].name);
}

INSTANTIATE_TEST_SUITE_P(simulated, mutex_triple, testing::Range(0U, static_cast<unsigned>(all.size())),
                         [](const auto& first) { return all[first.param].name; });

/// The search that a test run has no time for: all triples, for as long as is asked.
TEST(mutex_soak, every_triple_in_every_variant)
{
    soak("mutex", multisets(all.size(), 3), [](const auto& triple, std::uint64_t executions, explored& sum) {
        return explore_bounded(names(all, triple), scene(triple), executions, 3, sum);
    });
}

}  // namespace
}  // namespace signalbox::simulated
