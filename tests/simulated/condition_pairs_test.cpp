// Every pair of public operations of the condition variable of which one is a wait, on two threads, without a
// bound on preemptions, and some sets of three and four, with one.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>

#include "condition_operations.hpp"
#include "core/parking_table.hpp"
#include "explore.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t pair_executions = 4'000;
constexpr std::uint64_t set_executions = 8'000;

using operations = std::vector<condition_operation>;

std::string name_of(const operations& set)
{
    std::string name;
    for (const auto& operation : set) {
        name += (name.empty() ? "" : "_and_") + operation.name;
    }
    return name;
}

std::vector<operations> all_pairs()
{
    std::vector<operations> pairs;
    const auto& all = condition_operations();
    for (std::size_t first = 0; first < all.size(); ++first) {
        for (std::size_t second = first; second < all.size(); ++second) {
            if (all[first].waits && all_can_end({all[first], all[second]})) {
                pairs.push_back({all[first], all[second]});
            }
        }
    }
    return pairs;
}

std::vector<operations> some_sets()
{
    std::vector<operations> sets;
    for (const auto& names : std::vector<std::vector<std::string>>{
             {"wait", "wait", "notify_all"},
             {"wait", "wait_for", "notify_one"},
             {"wait", "doze_for", "notify_one_owning"},
             {"wait", "doze_for_or_stop", "notify_one"},
             {"wait", "doze_for", "notify_all"},
             {"wait", "notify_one", "lock"},
             {"wait", "notify_all", "lock"},
             {"wait", "notify_one_owning", "notify_nothing"},
             {"doze_for", "notify_nothing", "notify_nothing"},
             {"doze_for_or_stop", "request_stop", "notify_nothing"},
             {"doze_for_or_stop", "request_stop", "notify_one"},
             {"doze_for_or_stop", "wait", "notify_one", "request_stop"},
         }) {
        sets.emplace_back();
        for (const auto& name : names) {
            sets.back().push_back(condition_operation_named(name));
        }
    }
    return sets;
}

class condition_pair : public testing::TestWithParam<operations> {};
class condition_set : public testing::TestWithParam<operations> {};

TEST_P(condition_pair, keeps_every_promise_under_every_schedule)
{
    explore_variants(name_of(GetParam()), condition_scenario(GetParam()), pair_executions);
}

TEST_P(condition_set, keeps_every_promise_under_every_schedule_with_two_preemptions)
{
    explore_variants(name_of(GetParam()), condition_scenario(GetParam()), set_executions, 2);
}

INSTANTIATE_TEST_SUITE_P(simulated, condition_pair, testing::ValuesIn(all_pairs()),
                         [](const auto& each) { return name_of(each.param); });
INSTANTIATE_TEST_SUITE_P(simulated, condition_set, testing::ValuesIn(some_sets()),
                         [](const auto& each) { return name_of(each.param); });

/// One mutex after the other: a notify that saw those who waited with the first must not move those who wait
/// with the second there.
TEST(condition_of_two_mutexes, keeps_its_waiters_apart)
{
    struct two_mutexes {
        signalbox::mutex first;
        signalbox::mutex second;
        condition_variable condition;
        shared_data<int> tickets{0};  // protected by the second
    };
    const body of = [](scenario& s) {
        auto& world = s.make<two_mutexes>();
        s.thread("waits", [&world] {
            {
                std::unique_lock lock{world.first};
                static_cast<void>(world.condition.wait(lock, std::chrono::milliseconds{1}));
                require(world.first.owner() == this_thread_id(), "a wait returns with its mutex");
            }
            std::unique_lock lock{world.second};
            world.condition.wait(lock, [&world] { return world.tickets.read() == 1; });
            require(world.second.owner() == this_thread_id(), "a wait returns with its mutex");
        });
        s.thread("notifies", [&world] {
            world.condition.notify_one();
            {
                const std::lock_guard lock{world.second};
                world.tickets.write(1);
            }
            world.condition.notify_one();
        });
    };
    explore_variants("two mutexes", of, pair_executions);
}

/// A condition and its mutex in one bucket of the table, which a notify locks once.
struct in_one_bucket {
    condition_variable condition;
    shared_data<int> tickets{0};  // protected by the mutex
    alignas(signalbox::mutex) std::array<std::byte, 1U << 16U> room{};
    signalbox::mutex* mutex = nullptr;

    in_one_bucket()
    {
        std::byte* at = room.data();
        while (&detail::bucket_for(at) != &detail::bucket_for(&condition)) {
            at += alignof(signalbox::mutex);
        }
        mutex = std::construct_at(reinterpret_cast<signalbox::mutex*>(at));
    }
    ~in_one_bucket() { std::destroy_at(mutex); }
    in_one_bucket(const in_one_bucket&) = delete;
    in_one_bucket& operator=(const in_one_bucket&) = delete;
};

TEST(condition_in_the_bucket_of_its_mutex, keeps_every_promise)
{
    const body of = [](scenario& s) {
        auto& world = s.make<in_one_bucket>();
        for (int i = 0; i < 2; ++i) {
            s.thread("waits", [&world] {
                std::unique_lock lock{*world.mutex};
                world.condition.wait(lock, [&world] { return world.tickets.read() > 0; });
                world.tickets.write(world.tickets.read() - 1);
            });
        }
        s.thread("notifies", [&world] {
            for (int i = 0; i < 2; ++i) {
                {
                    const std::lock_guard lock{*world.mutex};
                    world.tickets.write(world.tickets.read() + 1);
                }
                world.condition.notify_one();
            }
        });
    };
    explore_variants("one bucket", of, pair_executions, 3);
}

/// Notifies all who wait, when somebody does, and destroys the condition at once.
struct short_lived {
    signalbox::mutex mutex;
    std::optional<condition_variable> condition{std::in_place};
    shared_data<int> waiting{0};

    void wait(const limit& until)
    {
        std::unique_lock lock{mutex};
        waiting.write(waiting.read() + 1);
        const outcome ended = condition->wait(lock, until);
        require(ended == outcome::acquired || !until.is_for_ever(), "only its own limit ends a wait");
    }
    void destroy(int threads)
    {
        pause_until([&] { return is_waited_for(threads); });
        condition->notify_all();
        condition.reset();
    }
    bool is_waited_for(int threads)
    {
        const std::lock_guard lock{mutex};
        return waiting.read() == threads;
    }
};

TEST(condition_lifetime, it_may_be_destroyed_as_soon_as_all_were_notified)
{
    const body of = [](scenario& s) {
        auto& world = s.make<short_lived>();
        s.thread("waits", [&world] { world.wait(limit{}); });
        s.thread("waits too", [&world] { world.wait(std::chrono::hours{1}); });
        s.thread("destroys", [&world] { world.destroy(2); });
    };
    explore_variants("destroyed_when_notified", of, set_executions, 2);
}

}  // namespace
}  // namespace signalbox::simulated
