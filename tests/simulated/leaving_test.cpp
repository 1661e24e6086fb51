// Waiters that leave with nothing, at every step: stopped and timed out, at the head of the queue and behind
// it. Whoever stays gets what came free, and no permit is lost.
#include <gtest/gtest.h>

#include "mutex_operations.hpp"
#include "semaphore_operations.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t executions_each = 2'500;

struct line {
    int initial;
    int capacity;
    fairness order;
};

/// Uses `n` for a moment if it gets them within `until`.
void try_to_use(semaphore_world& w, int n, const limit& until)
{
    if (w.semaphore.acquire(n, until) == outcome::acquired) {
        w.use(n);
    }
}

using step_of_thread = std::function<void(semaphore_world&)>;

body waiting_line(line of, std::vector<std::pair<std::string, step_of_thread>> threads)
{
    return [=, threads = std::move(threads)](scenario& s) {
        auto& world = s.make<semaphore_world>(of.initial, of.capacity, of.order);
        s.name(&world.semaphore, "the semaphore");
        for (const auto& [name, run] : threads) {
            s.thread(name, [&world, &run] { run(world); });
        }
        s.finally([&world] {
            const int left = world.initial + world.given.value() - world.held.value();
            require(world.semaphore.available() == left, "permits are conserved");
            require(world.semaphore.waiters() == 0, "nobody waits at the end");
            require(left == 0 || world.semaphore.try_acquire(left), "nothing forbids to take them all");
        });
    };
}

const step_of_thread stop = [](semaphore_world& w) { w.stop.request_stop(); };
const step_of_thread give_one = [](semaphore_world& w) { w.give(1); };
const step_of_thread take_one = [](semaphore_world& w) {
    w.semaphore.acquire();
    w.take(1);
};
const step_of_thread want_two_until_stopped = [](semaphore_world& w) {
    try_to_use(w, 2, w.stop.get_token());
};
const step_of_thread want_two_for_a_while = [](semaphore_world& w) { try_to_use(w, 2, 1ms); };
const step_of_thread want_one_until_stopped = [](semaphore_world& w) {
    try_to_use(w, 1, w.stop.get_token());
};
const step_of_thread want_one_for_a_while = [](semaphore_world& w) { try_to_use(w, 1, 1ms); };
const step_of_thread want_one_until_either = [](semaphore_world& w) {
    try_to_use(w, 1, {1ms, w.stop.get_token()});
};

class leaving : public testing::TestWithParam<fairness> {
protected:
    void explore_line(int initial, int capacity,
                      const std::vector<std::pair<std::string, step_of_thread>>& threads,
                      std::uint8_t preemptions = without_bound)
    {
        const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
        explore_variants(test.name(), waiting_line({initial, capacity, GetParam()}, threads), executions_each,
                         preemptions);
    }
};

TEST_P(leaving, a_stopped_head_that_wanted_more_lets_the_next_one_go_on)
{
    explore_line(
        0, 2, {{"head", want_two_until_stopped}, {"next", take_one}, {"giver", give_one}, {"stopper", stop}},
        3);
}

TEST_P(leaving, a_timed_out_head_that_wanted_more_lets_the_next_one_go_on)
{
    explore_line(0, 2, {{"head", want_two_for_a_while}, {"next", take_one}, {"giver", give_one}}, 4);
}

TEST_P(leaving, a_grant_that_races_a_stop_is_taken_or_passed_on)
{
    explore_line(0, 2, {{"waiter", want_one_until_stopped}, {"giver", give_one}, {"stopper", stop}});
}

TEST_P(leaving, a_grant_that_races_a_timeout_is_taken_or_passed_on)
{
    explore_line(0, 2, {{"waiter", want_one_for_a_while}, {"giver", give_one}});
    explore_line(0, 2, {{"waiter", want_one_for_a_while}, {"next", take_one}, {"giver", give_one}}, 4);
}

TEST_P(leaving, a_stop_and_a_timeout_race_each_other_and_a_grant)
{
    explore_line(0, 2, {{"waiter", want_one_until_either}, {"giver", give_one}, {"stopper", stop}}, 4);
}

TEST_P(leaving, a_stop_of_one_behind_the_head_leaves_the_head_alone)
{
    explore_line(
        0, 2,
        {{"head", take_one}, {"behind", want_one_until_stopped}, {"giver", give_one}, {"stopper", stop}}, 3);
}

TEST_P(leaving, two_that_time_out_and_one_release_lose_no_permit)
{
    explore_line(0, 2, {{"one", want_one_for_a_while}, {"two", want_one_for_a_while}, {"giver", give_one}},
                 4);
}

TEST_P(leaving, two_releases_wake_two_sleepers)
{
    explore_line(0, 2, {{"one", take_one}, {"two", take_one}, {"giver", give_one}, {"other giver", give_one}},
                 3);
    const step_of_thread give_two = [](semaphore_world& w) { w.give(2); };
    explore_line(0, 2, {{"one", take_one}, {"two", take_one}, {"giver", give_two}}, 4);
}

INSTANTIATE_TEST_SUITE_P(simulated, leaving, testing::Values(fairness::bounded, fairness::fifo),
                         [](const auto& order) {
                             return order.param == fairness::fifo ? "fifo" : "bounded";
                         });

mutex_operation operation(const std::string& name)
{
    const auto& all = mutex_operations();
    return *std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
}

TEST(leaving_the_mutex, a_stopped_or_timed_out_head_lets_the_next_one_go_on)
{
    for (const std::string head : {"lock_unless_stopped", "lock_for"}) {
        explore_variants(head + " before another",
                         mutex_scenario({operation("lock"), operation(head), operation("lock"),
                                         operation("request_stop")}),
                         executions_each, 2);
    }
}

}  // namespace
}  // namespace signalbox::simulated
