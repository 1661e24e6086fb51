// The pool under every schedule: never more things than allowed, no place is lost, nobody hangs, and who came
// first is served first, whatever ends a wait, a lease, a thing or the pool meanwhile.
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "pool_depot.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

TEST(simulated_pool, a_thing_that_comes_as_a_wait_ends_is_not_lost)
{
    explore_variants(
        "one thing comes back; one waits with a time-out, one is stopped, one is patient",
        [](scenario& s) {
            auto& w = s.make<depot>(1U);
            w.borrow_first();
            s.thread("holder", [&w] { w.held.release(); });
            s.thread("timed", [&w] { static_cast<void>(w.visit(1ms)); });
            s.thread("stopped", [&w] { static_cast<void>(w.visit(w.stop.get_token())); });
            s.thread("patient", [&w] {
                w.stop.request_stop();
                require(is_acquired(w.visit({})), "nobody who has the time goes without");
            });
            s.finally([&w] { w.check(1); });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool, who_came_first_is_served_first)
{
    explore_variants(
        "one that waits, and one that comes when it has seen that",
        [](scenario& s) {
            auto& w = s.make<depot>(1U);
            w.borrow_first();
            s.thread("holder", [&w] { w.held.release(); });
            s.thread("first", [&w] { static_cast<void>(w.visit({})); });
            s.thread("second", [&w] {
                const bool is_second = w.wagons.statistics().waiting == 1;
                const auto mine = w.wagons.acquire();
                require(!is_second || w.lent.value() == 1, "the other was served before");
            });
            s.finally([&w] { w.check(1); });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool, a_discarded_and_a_detached_thing_leave_their_places_to_those_who_wait)
{
    for (const bool detaches : {false, true}) {
        explore_variants(
            detaches ? "one detaches, two wait" : "one discards, two wait",
            [detaches](scenario& s) {
                auto& w = s.make<depot>(1U, detaches ? 2 : 1);
                w.borrow_first();
                s.thread("holder", [&w, detaches] {
                    if (detaches) {
                        static_cast<void>(w.held.detach());
                    } else {
                        w.held.discard();
                    }
                });
                s.thread("timed", [&w] { static_cast<void>(w.visit(1ms)); });
                s.thread("patient", [&w] { require(is_acquired(w.visit({})), "it has the place"); });
                s.finally([&w] { w.check(1); });
            },
            pool_executions, pool_preemptions);
    }
}

/// A depot whose first wagon can't be made.
struct failing_depot {
    tally alive;
    tally failures;
    tally served;
    ghost<bool> has_failed{false};
    pool<wagon> wagons{[this] {
                           const bool fails =
                               has_failed.update([](bool& before) { return !std::exchange(before, true); });
                           if (fails) {
                               throw std::runtime_error{"no wagon"};
                           }
                           return wagon{alive, 1};
                       },
                       at_most(1)};

    void visit(const limit& within)
    {
        try {
            served.add(wagons.acquire(within) ? 1 : 0);
        } catch (const std::runtime_error&) {
            failures.add(1);
        }
    }
};

TEST(simulated_pool, a_factory_that_throws_leaves_its_place_to_those_who_wait)
{
    explore_variants(
        "three come, the first factory throws",
        [](scenario& s) {
            auto& w = s.make<failing_depot>();
            s.thread("one", [&w] { w.visit({}); });
            s.thread("two", [&w] { w.visit({}); });
            s.thread("timed", [&w] { w.visit(1ms); });
            s.finally([&w] {
                require(w.failures.value() == 1, "its caller alone is told");
                require(w.served.value() >= 1, "the others are served");
                require(static_cast<bool>(w.wagons.acquire(0ms)), "no place is lost");
            });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool, closing_ends_all_waits_and_drains)
{
    explore_variants(
        "one is lent, one waits, one comes; one closes until all is back, one not for so long",
        [](scenario& s) {
            auto& w = s.make<depot>(1U);
            w.borrow_first();
            s.thread("holder", [&w] { w.held.release(); });
            s.thread("borrower", [&w] {
                const outcome ended = w.visit({});
                require(ended == outcome::acquired || ended == outcome::closed, "served, or told");
            });
            s.thread("closes", [&w] {
                require(is_acquired(w.wagons.close()), "everything comes back");
                require(w.alive.value() == 0, "and is closed");
            });
            s.thread("closes for a time", [&w] {
                const outcome ended = w.wagons.close(1ms);
                require(ended == outcome::timed_out || w.alive.value() == 0, "drained, or too late");
            });
            s.finally([&w] {
                w.check(0);
                require(w.visit({}) == outcome::closed, "nothing is lent any more");
            });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool, those_who_wait_are_told_at_once_that_it_closes)
{
    explore_variants(
        "one is lent until who waits is told; one closes",
        [](scenario& s) {
            auto& w = s.make<depot>(1U);
            w.borrow_first();
            s.thread("closes", [&w] { require(is_acquired(w.wagons.close()), "everything comes back"); });
            s.thread("borrower", [&w] {
                require(w.visit({}) == outcome::closed, "it is told");
                w.held.release();
            });
            s.finally([&w] { w.check(0); });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool, a_thing_that_is_made_while_it_closes_is_closed_too)
{
    explore_variants(
        "one makes a thing, one waits, one closes",
        [](scenario& s) {
            auto& w = s.make<depot>(1U);
            s.thread("one", [&w] { static_cast<void>(w.visit({})); });
            s.thread("two", [&w] { static_cast<void>(w.visit({})); });
            s.thread("closes", [&w] {
                require(is_acquired(w.wagons.close()) && w.alive.value() == 0, "nothing is left");
            });
            s.finally([&w] { w.check(0); });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool, a_larger_pool_serves_who_waits_and_a_smaller_one_closes_what_is_too_much)
{
    explore_variants(
        "one is lent, two wait; it grows and shrinks again",
        [](scenario& s) {
            auto& w = s.make<depot>(1U, 2);
            w.borrow_first();
            s.thread("resizes", [&w] { w.wagons.resize(2); });
            s.thread("one", [&w] { require(is_acquired(w.visit({})), "it grows"); });
            s.thread("timed", [&w] { static_cast<void>(w.visit(1ms)); });
            s.finally([&w] { require(w.wagons.statistics().idle >= 1, "it is back"); });
        },
        pool_executions, pool_preemptions);
    explore_variants(
        "two are lent, one waits; it shrinks",
        [](scenario& s) {
            auto& w = s.make<depot>(2U, 2);
            w.borrow_first();
            s.thread("resizes", [&w] { w.wagons.resize(1); });
            s.thread("holder", [&w] { w.held.release(); });
            s.thread("one", [&w] { require(is_acquired(w.visit({})), "its turn comes"); });
            s.thread("two", [&w] { require(is_acquired(w.visit({})), "its turn comes"); });
            s.finally([&w] { w.check(1); });
        },
        pool_executions, pool_preemptions);
}

}  // namespace
}  // namespace signalbox::simulated
