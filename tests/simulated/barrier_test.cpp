// The barrier under every schedule: parties that stay, drop out, time out and are stopped, a completion that
// throws, and who destroys it at once.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include <signalbox/barrier.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

/// Counts the phases, and can throw.
struct completion {
    shared_data<int>* phases;
    bool throws = false;
    void operator()()
    {
        phases->write(phases->read() + 1);
        if (throws) {
            throw 1;
        }
    }
};

struct barrier_world {
    shared_data<int> phases{0};
    signalbox::barrier<completion> barrier{2, completion{&phases}};
    shared_data<int> mine{0};
    platform::stop_source stop;
};

void expect_phase(barrier_world& w, int phase)
{
    require(w.phases.read() == phase, "the completion has run, once a phase");
}

TEST(simulated_barrier, keeps_two_in_step)
{
    explore_variants(
        "two, two phases",
        [](scenario& s) {
            auto& w = s.make<barrier_world>();
            for (int i = 0; i < 2; ++i) {
                s.thread("party", [&w, i] {
                    if (i == 0) {
                        w.mine.write(1);
                    }
                    w.barrier.arrive_and_wait();
                    require(w.mine.read() == 1, "what was done before the other's arrival");
                    w.barrier.arrive_and_wait();
                });
            }
            s.finally([&w] { expect_phase(w, 2); });
        },
        4'000);
}

TEST(simulated_barrier, goes_on_without_a_party_that_drops_out)
{
    explore_variants(
        "one drops out",
        [](scenario& s) {
            auto& w = s.make<barrier_world>();
            s.thread("stays", [&w] {
                w.barrier.arrive_and_wait();
                expect_phase(w, 1);
                w.barrier.arrive_and_wait();
                expect_phase(w, 2);
            });
            s.thread("drops out", [&w] { w.barrier.arrive_and_drop(); });
            s.finally([&w] { expect_phase(w, 2); });
        },
        4'000);
}

TEST(simulated_barrier, keeps_three_in_step_when_one_drops_out)
{
    explore_variants(
        "three, one drops out",
        [](scenario& s) {
            auto& phases = s.make<shared_data<int>>(0);
            auto& barrier = s.make<signalbox::barrier<completion>>(3, completion{&phases});
            for (int i = 0; i < 2; ++i) {
                s.thread("stays", [&] {
                    barrier.arrive_and_wait();
                    require(phases.read() == 1, "the first phase");
                    barrier.arrive_and_wait();
                });
            }
            s.thread("drops out", [&] { barrier.arrive_and_drop(); });
            s.finally([&] { require(phases.read() == 2, "two phases"); });
        },
        2'000, 2);
}

TEST(simulated_barrier, a_wait_that_times_out_or_is_stopped_has_arrived)
{
    for (const bool stops : {false, true}) {
        explore_variants(
            stops ? "stopped" : "timed out",
            [stops](scenario& s) {
                auto& w = s.make<barrier_world>();
                s.thread("impatient", [&w, stops] {
                    const limit until = stops ? limit{w.stop.get_token()} : limit{1ms};
                    const outcome ended = w.barrier.arrive_and_wait(until);
                    require(!is_acquired(ended) || w.phases.read() == 1, "the phase has ended");
                });
                s.thread("patient", [&w, stops] {
                    if (stops) {
                        w.stop.request_stop();
                    }
                    w.barrier.arrive_and_wait();
                    expect_phase(w, 1);
                });
            },
            4'000);
    }
}

TEST(simulated_barrier, a_completion_that_throws_ends_the_phase_and_reaches_who_ran_it)
{
    explore_variants(
        "throws",
        [](scenario& s) {
            auto& phases = s.make<shared_data<int>>(0);
            auto& barrier = s.make<signalbox::barrier<completion>>(2, completion{&phases, true});
            auto& caught = s.make<tally>();
            for (int i = 0; i < 2; ++i) {
                s.thread("party", [&] {
                    try {
                        barrier.arrive_and_wait();
                    } catch (int) {
                        caught.add(1);
                    }
                });
            }
            s.finally([&] { require(caught.value() == 1 && barrier.waiters() == 0, "one of the two"); });
        },
        4'000);
}

TEST(simulated_barrier, who_has_waited_may_destroy_it_at_once)
{
    explore_variants(
        "arrive, destroy",
        [](scenario& s) {
            auto& owner = s.make<std::optional<signalbox::barrier<>>>();
            signalbox::barrier<>* const barrier = &owner.emplace(2);
            s.thread("waiter", [&owner] {
                owner->arrive_and_wait();
                owner.reset();
            });
            s.thread("other", [barrier] { static_cast<void>(barrier->arrive()); });
        },
        4'000);
}

}  // namespace
}  // namespace signalbox::simulated
