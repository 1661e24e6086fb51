// Deadlock detection under every schedule: a cycle without limits is always reported, by one of its threads,
// and nothing else ever is.
//
// Because      The machine itself reports threads that nobody will wake, so that a cycle without an alarm
//              fails; whoever finds one checks that it exists, while it is a part of it and so keeps it from
//              ending.
#include <signalbox/deadlock.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/platform/stop.hpp>
#include <signalbox/semaphore.hpp>

#include "explore.hpp"
#include "mutex_operations.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

enum : std::size_t { a, b, c };

struct deadlock_world {
    std::array<signalbox::mutex, 3> mutexes;
    platform::stop_source stop;
    condition_variable condition;
    signalbox::semaphore go{0};
    bool waits = false, goes = false;  // under `a`
    tally alarms;
    tally told;

    /// Whoever finds a cycle is still a part of it, so that it can't end.
    void confirm(const deadlock_error& found)
    {
        alarms.add(1);
        const auto& cycle = found.cycle();
        require(cycle.size() > 1, "one thread is no cycle");
        require(cycle[0].id == this_thread_id(), "a thread is told of its own cycle");
        for (std::size_t i = 0; i < cycle.size(); ++i) {
            for (const auto& each : mutexes) {
                if (&each == cycle[i].waits_for) {
                    require(each.owner() == cycle[(i + 1) % cycle.size()].id, "the next one owns it");
                }
            }
        }
    }

    void lock_both(std::size_t first, std::size_t second)
    {
        mutexes[first].lock();
        try {
            mutexes[second].lock();
            mutexes[second].unlock();
        } catch (const deadlock_error&) {
            told.add(1);
        }
        mutexes[first].unlock();
    }

    void wait_with_c()
    {
        mutexes[c].lock();
        std::unique_lock<signalbox::mutex> lock{mutexes[a]};
        waits = true;
        if (!goes) {
            condition.wait(lock);
            require(mutexes[a].owner() == this_thread_id(), "who was notified owns the mutex");
        }
        lock.unlock();
        mutexes[c].unlock();
    }

    /// Owns `a`, for which the notified one will wait, and wants what that one owns.
    void a_then_c()
    {
        mutexes[a].lock();
        goes = !waits;
        go.release();
        if (!goes) {
            try {
                mutexes[c].lock();
                mutexes[c].unlock();
            } catch (const deadlock_error&) {
                told.add(1);
            }
        }
        mutexes[a].unlock();
    }

    void lock_within(std::size_t first, std::size_t second, const limit& until)
    {
        mutexes[first].lock();
        if (mutexes[second].lock(until) == outcome::acquired) {
            mutexes[second].unlock();
        }
        mutexes[first].unlock();
    }
};

deadlock_world* of_this_execution = nullptr;

void confirm_and_throw(const deadlock_error& found)
{
    of_this_execution->confirm(found);
    throw_deadlock(found);
}

struct operation {
    const char* name;
    std::function<void(deadlock_world&)> run;
};

const operation a_then_b{"a_then_b", [](deadlock_world& w) { w.lock_both(a, b); }};
const operation b_then_a{"b_then_a", [](deadlock_world& w) { w.lock_both(b, a); }};
const operation b_then_c{"b_then_c", [](deadlock_world& w) { w.lock_both(b, c); }};
const operation c_then_a{"c_then_a", [](deadlock_world& w) { w.lock_both(c, a); }};
const operation b_then_a_for_1ms{"b_then_a_for_1ms", [](deadlock_world& w) { w.lock_within(b, a, 1ms); }};
const operation b_then_a_unless_stopped{"b_then_a_unless_stopped",
                                        [](deadlock_world& w) { w.lock_within(b, a, w.stop.get_token()); }};
const operation wait_with_c{"wait_with_c", [](deadlock_world& w) { w.wait_with_c(); }};
const operation a_then_c_if_it_waits{"a_then_c_if_it_waits", [](deadlock_world& w) { w.a_then_c(); }};
const operation notify{"notify", [](deadlock_world& w) {
                           w.go.acquire();
                           w.condition.notify_one();
                       }};
const operation request_stop{"request_stop", [](deadlock_world& w) { w.stop.request_stop(); }};
const operation lock_b{"lock_b", [](deadlock_world& w) {
                           w.mutexes[b].lock();
                           w.mutexes[b].unlock();
                       }};

struct claim {
    std::vector<operation> operations;
    int alarms_most;  // in one execution
    std::uint64_t executions;
    std::uint8_t preemptions;
};

std::string name_of(const claim& of)
{
    std::string text;
    for (const auto& each : of.operations) {
        text += (text.empty() ? "" : "_and_") + std::string{each.name};
    }
    return text;
}

std::string name_of_parameter(const testing::TestParamInfo<claim>& of)
{
    return name_of(of.param);
}

body scene_of(const claim& of)
{
    return [&of](scenario& s) {
        auto& world = s.make<deadlock_world>();
        of_this_execution = &world;
        set_deadlock_handler(&confirm_and_throw);
        for (const auto& operation : of.operations) {
            s.thread(operation.name, [&world, &operation] { operation.run(world); });
        }
        s.finally([&world, &of] {
            require(world.alarms.value() <= of.alarms_most, "no false alarm, and none twice");
            require(world.told.value() == world.alarms.value(), "what is reported is thrown");
            for (auto& each : world.mutexes) {
                require(each.owner() == thread_id::none, "nobody owns it at the end");
                require(each.try_lock(), "nothing forbids to take it");
                each.unlock();
            }
        });
    };
}

class deadlock : public testing::TestWithParam<claim> {};

TEST_P(deadlock, is_reported_exactly_when_there_is_one)
{
    const claim& of = GetParam();
    const looks_for_deadlocks searching{1ms};
    explore_variants(name_of(of), scene_of(of), of.executions, of.preemptions);
}

/// The variants have old reads or a clock that jumps, not both: only so can a search come before a notify
/// that does not see it.
TEST(a_notify_that_closes_a_cycle, and_a_search_do_not_miss_each_other)
{
    const claim of{{wait_with_c, a_then_c_if_it_waits, notify}, 1, 100'000, 1};
    const looks_for_deadlocks searching{1ms};
    detail::policy = short_waits(false);
    options how = shipped_options();
    how.stale_reads = how.time_jumps = 1;
    how.preemptions = of.preemptions;
    how.max_executions = of.executions;
    expect_exhausted(how, scene_of(of));
    detail::policy = detail::waiting_policy{};
}

INSTANTIATE_TEST_SUITE_P(
    simulated, deadlock,
    testing::Values(claim{{a_then_b, b_then_a}, 1, 8'000, without_bound},
                    claim{{a_then_b, a_then_b}, 0, 20'000, without_bound},
                    claim{{a_then_b, b_then_c}, 0, 20'000, without_bound},
                    claim{{a_then_b, b_then_a_for_1ms}, 0, 20'000, without_bound},
                    claim{{a_then_b, b_then_c, c_then_a}, 1, 12'000, 3},
                    claim{{a_then_b, b_then_a, b_then_a}, 2, 12'000, 3},
                    claim{{a_then_b, b_then_a, lock_b}, 1, 12'000, 3},
                    claim{{a_then_b, b_then_c, a_then_b}, 0, 12'000, 2},
                    claim{{wait_with_c, a_then_c_if_it_waits, notify}, 1, 6'000, 2},
                    claim{{a_then_b, b_then_a_for_1ms, lock_b}, 0, 12'000, 3},
                    claim{{a_then_b, b_then_a_unless_stopped, request_stop}, 0, 12'000, 3}),
    name_of_parameter);

}  // namespace
}  // namespace signalbox::simulated
