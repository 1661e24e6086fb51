// event and latch under every schedule: pairs of their operations without a bound on preemptions,
// triples with one, and what destroys them at once.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <system_error>

#include <signalbox/event.hpp>
#include <signalbox/latch.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t pair_executions = 3'000;
constexpr std::uint64_t triple_executions = 500;
constexpr std::uint8_t triple_preemptions = 2;

template <class World>
struct operation {
    std::string name;
    std::function<void(World&)> run;
};

/// These operations at the same time, each on a thread of its own; then `check`.
template <class World>
body scenario_of(std::vector<operation<World>> operations, void (*check)(World&))
{
    return [operations = std::move(operations), check](scenario& s) {
        auto& w = s.make<World>();
        for (const auto& each : operations) {
            s.thread(each.name, [&w, &each] { each.run(w); });
        }
        s.finally([&w, check] { check(w); });
    };
}

/// Every pair, and every triple, of `fixed` and one or two of `others`.
template <class World>
void explore_with(const operation<World>& fixed, const std::vector<operation<World>>& others,
                  void (*check)(World&))
{
    for (std::size_t i = 0; i < others.size(); ++i) {
        const std::string name = fixed.name + ", " + others[i].name;
        explore_variants(name, scenario_of<World>({fixed, others[i]}, check), pair_executions);
        for (std::size_t j = i; j < others.size(); ++j) {
            explore_variants(name + ", " + others[j].name,
                             scenario_of<World>({fixed, others[i], others[j]}, check), triple_executions,
                             triple_preemptions);
        }
    }
}

struct event_world {
    signalbox::event event;
    platform::stop_source stop;
    shared_data<int> message{0};  // written before the only set()

    void has_waited(outcome ended)
    {
        require(!is_acquired(ended) || message.read() == 1, "what was done before the set");
    }
};

const std::vector<operation<event_world>>& event_operations()
{
    static const std::vector<operation<event_world>> all{
        {"wait",
         [](event_world& w) {
             w.event.wait();
             w.has_waited(outcome::acquired);
         }},
        {"wait_for", [](event_world& w) { w.has_waited(w.event.wait(1ms)); }},
        {"wait_unless_stopped", [](event_world& w) { w.has_waited(w.event.wait(w.stop.get_token())); }},
        {"request_stop", [](event_world& w) { w.stop.request_stop(); }},
    };
    return all;
}

TEST(simulated_event, a_set_lets_everybody_through_who_waits_or_will)
{
    const operation<event_world> set{"set", [](event_world& w) {
                                         w.message.write(1);
                                         w.event.set();
                                     }};
    explore_with<event_world>(set, event_operations(), [](event_world& w) {
        require(w.event.is_set() && w.event.waiters() == 0, "set, and nobody waits");
    });
}

/// `waiter` is known to be in wait() before the set: the setter waits until it stands in the queue.
TEST(simulated_event, a_reset_right_after_the_set_holds_nobody_back_who_stood_in_the_queue)
{
    explore_variants(
        "set and reset",
        [](scenario& s) {
            auto& event = s.make<signalbox::event>();
            for (int i = 0; i < 2; ++i) {
                s.thread("waiter", [&event] { event.wait(); });
            }
            s.thread("pulse", [&event] {
                if (event.waiters() == 2) {
                    event.set();
                    event.reset();
                } else {
                    event.set();
                }
            });
            s.finally([&event] { require(event.waiters() == 0, "nobody waits"); });
        },
        6'000, 3);
}

TEST(simulated_event, a_set_beside_a_reset_and_a_set_leaves_nobody_asleep)
{
    explore_variants(
        "set, reset and set",
        [](scenario& s) {
            auto& event = s.make<signalbox::event>();
            s.thread("waiter", [&event] { event.wait(); });
            s.thread("first", [&event] {
                event.set();
                event.reset();
                event.set();
            });
            s.thread("second", [&event] { event.set(); });
        },
        6'000, 3);
}

TEST(simulated_event, who_was_let_through_may_destroy_it_at_once)
{
    explore_variants(
        "set, destroy",
        [](scenario& s) {
            auto& owner = s.make<std::optional<signalbox::event>>();
            signalbox::event* const event = &owner.emplace();
            s.thread("waiter", [&owner] {
                owner->wait();
                owner.reset();
            });
            s.thread("setter", [event] { event->set(); });
        },
        6'000);
}

struct auto_event_world {
    signalbox::auto_reset_event event;
    tally taken;
    tally set;
};

TEST(simulated_auto_reset_event, lets_as_many_through_as_there_were_sets_at_most_and_one_at_least)
{
    const operation<auto_event_world> set{"set", [](auto_event_world& w) {
                                              w.set.add(1);
                                              w.event.set();
                                          }};
    const std::vector<operation<auto_event_world>> others{
        set,
        {"wait_for", [](auto_event_world& w) { w.taken.add(is_acquired(w.event.wait(1ms)) ? 1 : 0); }},
        {"try_wait", [](auto_event_world& w) { w.taken.add(w.event.try_wait() ? 1 : 0); }},
        {"reset", [](auto_event_world& w) { w.taken.add(w.event.reset() ? 1 : 0); }},
    };
    explore_with<auto_event_world>(set, others, [](auto_event_world& w) {
        const int all = w.taken.value() + (w.event.is_set() ? 1 : 0);
        require(all >= 1 && all <= w.set.value() && w.event.waiters() == 0, "none lost, none doubled");
    });
}

struct latch_world {
    signalbox::latch latch{2};
    platform::stop_source stop;
    shared_data<int> first{0};

    void has_waited(outcome ended)
    {
        require(!is_acquired(ended) || latch.try_wait(), "open");
        require(!is_acquired(ended) || first.read() == 1, "what was done before the count");
    }
};

TEST(simulated_latch, opens_for_everybody_when_it_was_counted_down)
{
    const operation<latch_world> open{"count_down", [](latch_world& w) {
                                          w.first.write(1);
                                          w.latch.count_down();
                                          w.latch.count_down();
                                      }};
    const std::vector<operation<latch_world>> others{
        {"wait",
         [](latch_world& w) {
             w.latch.wait();
             w.has_waited(outcome::acquired);
         }},
        {"wait_for", [](latch_world& w) { w.has_waited(w.latch.wait(1ms)); }},
        {"wait_unless_stopped", [](latch_world& w) { w.has_waited(w.latch.wait(w.stop.get_token())); }},
        {"request_stop", [](latch_world& w) { w.stop.request_stop(); }},
        {"count_too_many",
         [](latch_world& w) {
             try {
                 w.latch.count_down(3);
                 fail("counted more than there were");
             } catch (const std::system_error& thrown) {
                 require(thrown.code() == std::errc::value_too_large, "the right error");
             }
         }},
    };
    explore_with<latch_world>(open, others, [](latch_world& w) {
        require(w.latch.try_wait() && w.latch.waiters() == 0, "open, and nobody waits");
    });
}

TEST(simulated_latch, of_three_counts_of_two_one_is_refused_and_it_stays_open)
{
    explore_variants(
        "three counts",
        [](scenario& s) {
            auto& latch = s.make<signalbox::latch>(2);
            auto& refused = s.make<tally>();
            for (int i = 0; i < 3; ++i) {
                s.thread("counter", [&latch, &refused] {
                    try {
                        latch.count_down();
                    } catch (const std::system_error&) {
                        refused.add(1);
                        require(latch.try_wait(), "it was open");
                    }
                });
            }
            s.finally([&] { require(refused.value() == 1 && latch.try_wait(), "one too many"); });
        },
        6'000);
}

TEST(simulated_latch, who_has_waited_may_destroy_it_at_once)
{
    explore_variants(
        "count, destroy",
        [](scenario& s) {
            auto& owner = s.make<std::optional<signalbox::latch>>();
            signalbox::latch* const latch = &owner.emplace(2);
            s.thread("waiter", [&owner] {
                owner->arrive_and_wait();
                owner.reset();
            });
            s.thread("counter", [latch] { latch->count_down(); });
        },
        6'000);
}

}  // namespace
}  // namespace signalbox::simulated
