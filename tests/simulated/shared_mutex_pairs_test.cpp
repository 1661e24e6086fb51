// Every pair of public operations of the shared mutex on two threads, without a bound on preemptions, and the
// threes in which readers and writers wait for each other, with one.
#include <gtest/gtest.h>

#include "shared_mutex_operations.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t executions_of_a_pair = 4'000;
constexpr std::uint64_t executions_of_a_triple = 8'000;

const shared_operation& called(const std::string& name)
{
    for (const auto& one : shared_operations()) {
        if (one.name == name) {
            return one;
        }
    }
    throw std::out_of_range(name);
}

class shared_mutex_pair : public testing::TestWithParam<std::pair<unsigned, unsigned>> {};

std::string name_of_pair(const testing::TestParamInfo<std::pair<unsigned, unsigned>>& pair)
{
    const auto& all = shared_operations();
    return all[pair.param.first].name + "_and_" + all[pair.param.second].name;
}

std::vector<std::pair<unsigned, unsigned>> all_pairs()
{
    std::vector<std::pair<unsigned, unsigned>> pairs;
    for (unsigned first = 0; first < shared_operations().size(); ++first) {
        for (unsigned second = first; second < shared_operations().size(); ++second) {
            pairs.emplace_back(first, second);
        }
    }
    return pairs;
}

TEST_P(shared_mutex_pair, keeps_every_promise_under_every_schedule)
{
    const auto& all = shared_operations();
    const auto [first, second] = GetParam();
    explore_variants(all[first].name + " + " + all[second].name, shared_scenario({all[first], all[second]}),
                     executions_of_a_pair);
}

INSTANTIATE_TEST_SUITE_P(simulated, shared_mutex_pair, testing::ValuesIn(all_pairs()), name_of_pair);

class shared_mutex_triple : public testing::TestWithParam<std::vector<const char*>> {};

TEST_P(shared_mutex_triple, keeps_every_promise_under_every_schedule_with_few_preemptions)
{
    std::vector<shared_operation> operations;
    std::string names;
    for (const char* const name : GetParam()) {
        operations.push_back(called(name));
        names += (names.empty() ? "" : " + ") + operations.back().name;
    }
    explore_variants(names, shared_scenario(operations), executions_of_a_triple, 3);
}

std::string name_of_triple(const testing::TestParamInfo<std::vector<const char*>>& triple)
{
    std::string name;
    for (const char* const one : triple.param) {
        name += (name.empty() ? "" : "_and_") + std::string(one);
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(
    simulated, shared_mutex_triple,
    testing::Values(std::vector{"read", "write", "read"}, std::vector{"read", "write", "write"},
                    std::vector{"read", "write_for", "read"}, std::vector{"read_for", "write", "write_for"},
                    std::vector{"downgrade", "write", "read"}, std::vector{"upgrade", "read", "write"},
                    std::vector{"upgrade", "upgrade", "read"}, std::vector{"upgrade_for", "read", "upgrade"},
                    std::vector{"lower", "read", "write_for"},
                    std::vector{"write_unless_stopped", "read", "request_stop"},
                    std::vector{"write", "read_unless_stopped", "request_stop"}),
    name_of_triple);

/// Those who waited for a writer read together: each waits inside for the other.
TEST(shared_mutex_turn, readers_who_wait_are_let_in_together)
{
    explore_variants(
        "two readers behind a writer",
        [](scenario& s) {
            auto& mutex = s.make<shared_mutex>();
            auto& begun = s.make<platform::atomic<int>>(0);
            auto& inside = s.make<platform::atomic<int>>(0);
            s.name(&mutex, "the mutex");
            s.thread("writes", [&] {
                mutex.lock();
                begun.store(1, std::memory_order_release);
                mutex.unlock();
            });
            for (int i = 0; i < 2; ++i) {
                s.thread("reads", [&] {
                    pause_until([&begun] { return begun.load(std::memory_order_acquire) == 1; });
                    mutex.lock_shared();
                    inside.fetch_add(1, std::memory_order_relaxed);
                    pause_until([&inside] { return inside.load(std::memory_order_relaxed) == 2; });
                    mutex.unlock_shared();
                });
            }
        },
        executions_of_a_triple, 3);
}

/// A thread that holds nothing unlocks: beside those that never read, for whom it would take back a read.
TEST(shared_mutex_mistake, an_unlock_shared_of_nobodys_read_is_told_and_disturbs_no_writer)
{
    const shared_operation mistake{
        "unlock_shared_of_nobody", [](shared_world& w) {
            require(is_refused(std::errc::operation_not_permitted, [&w] { w.mutex.unlock_shared(); }),
                    "a stranger is told");
        }};
    for (const char* const other : {"write", "try_write", "write_for"}) {
        explore_variants("unlock_shared_of_nobody + " + called(other).name,
                         shared_scenario({mistake, called(other)}), executions_of_a_pair);
    }
    explore_variants("two mistakes + write", shared_scenario({mistake, mistake, called("write")}),
                     executions_of_a_triple, 3);
}

/// Whoever got in after the last one, or was let in, may destroy it.
TEST(shared_mutex_lifetime, it_may_be_destroyed_by_who_was_let_in)
{
    using way = std::pair<void (*)(shared_mutex&), void (*)(shared_mutex&)>;
    const way ways[] = {
        {[](shared_mutex& m) { m.lock(); }, [](shared_mutex& m) { m.unlock(); }},
        {[](shared_mutex& m) { m.lock_shared(); }, [](shared_mutex& m) { m.unlock_shared(); }},
        {[](shared_mutex& m) { m.lock_upgrade(); }, [](shared_mutex& m) { m.unlock_upgrade(); }},
    };
    for (const auto& [take, give] : ways) {
        explore_variants(
            "destroyed at once",
            [take = take, give = give](scenario& s) {
                auto& place = s.make<std::unique_ptr<shared_mutex>>(std::make_unique<shared_mutex>());
                auto& begun = s.make<platform::atomic<int>>(0);
                s.thread("leaves", [&place, &begun, take, give] {
                    shared_mutex& mutex = *place;
                    take(mutex);
                    begun.store(1, std::memory_order_release);
                    give(mutex);
                });
                s.thread("destroys", [&place, &begun] {
                    pause_until([&begun] { return begun.load(std::memory_order_acquire) == 1; });
                    place->lock();
                    place->unlock();
                    place.reset();
                });
            },
            executions_of_a_pair);
    }
}

}  // namespace
}  // namespace signalbox::simulated
