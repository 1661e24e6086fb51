// Every triple of public operations of the bounded queue on three threads, with at most three preemptions;
// and of larger sets those in which a call could be lost.
#include <gtest/gtest.h>

#include "queue_operations.hpp"
#include "sets.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_each = 1'000;

using world = queue_world<many_to_many>;
const std::vector<queue_operation<world>>& all = queue_operations<world>();

class queue_triple : public testing::TestWithParam<unsigned> {};

TEST_P(queue_triple, keeps_every_promise_with_three_preemptions)
{
    explored sum;
    for (const auto& triple : multisets(all.size(), 3)) {
        if (triple.front() != GetParam()) {
            continue;
        }
        const body scene = queue_scenario<world>(chosen(all, triple), triple.back() % 2 == 0);
        if (!explore_briefly(names(all, triple), scene, executions_each, sum)) {
            break;
        }
    }
    sum.report("triples with " + all[GetParam()].name);
}

INSTANTIATE_TEST_SUITE_P(simulated, queue_triple, testing::Range(0U, static_cast<unsigned>(all.size())),
                         [](const auto& which) { return all[which.param].name; });

queue_operation<world> operation(const std::string& name)
{
    if (name == "borrow" || name == "lend") {
        return name == "borrow" ? borrowing<world>() : lending<world>();
    }
    return *std::find_if(all.begin(), all.end(), [&name](const auto& each) { return each.name == name; });
}

body crowd(const std::vector<std::string>& who, bool is_full = false)
{
    std::vector<queue_operation<world>> operations;
    for (const auto& name : who) {
        operations.push_back(operation(name));
    }
    return queue_scenario<world>(operations, is_full);
}

TEST(simulated_queue, slots_that_become_ready_out_of_turn_leave_nobody_asleep)
{
    explore_variants("two pushes, two pops", crowd({"push", "push", "pop", "pop"}), 6'000, 3);
    explore_variants("two pushes, two pops, full", crowd({"push", "push", "pop", "pop"}, true), 6'000, 3);
    explore_variants("two pushes, a pop of two", crowd({"push", "push", "pop_two"}), 6'000, 4);
}

TEST(simulated_queue, whose_time_is_over_passes_the_call_on)
{
    explore_variants("pop_for", crowd({"push_two", "pop_two", "borrow"}), 6'000, 3);
    explore_variants("push_for", crowd({"pop_two", "push_two", "lend"}, true), 6'000, 3);
    explore_variants("stopped", crowd({"push_two", "pop", "pop_unless_stopped", "request_stop"}), 6'000, 3);
}

TEST(simulated_queue, the_end_is_told_to_everybody)
{
    explore_variants("two pops", crowd({"push", "close", "pop", "pop"}), 6'000, 3);
    explore_variants("two pushes", crowd({"push", "push", "close"}, true), 6'000, 4);
}

/// The search that a test run has no time for: all triples, for as long as is asked.
TEST(queue_soak, every_triple_in_every_variant)
{
    soak("bounded_queue", multisets(all.size(), 3),
         [](const auto& triple, std::uint64_t executions, explored& sum) {
             const body scene = queue_scenario<world>(chosen(all, triple), triple.back() % 2 == 0);
             return explore_bounded(names(all, triple), scene, executions, 3, sum);
         });
}

}  // namespace
}  // namespace signalbox::simulated
