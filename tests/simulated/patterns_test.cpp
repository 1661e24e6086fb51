// The textbook's patterns under every schedule: who gives up loses nothing of the others', whatever comes
// between.
#include <gtest/gtest.h>

#include <chrono>

#include <signalbox/patterns/acquire_all.hpp>
#include <signalbox/patterns/category_lock.hpp>
#include <signalbox/patterns/exchanger.hpp>
#include <signalbox/patterns/group_gate.hpp>
#include <signalbox/patterns/lightswitch.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t executions = 3'000;
constexpr std::uint8_t preemptions = 2;

/// A room for two groups, one of which comes by a lightswitch.
struct lit_room {
    semaphore room{1};
    lightswitch<> light{room};
    platform::stop_source stop;
    shared_data<int> others{0};

    void visit(const limit& within)
    {
        if (is_acquired(light.lock_shared(within))) {
            require(room.available() == 0, "the room is the group's");
            require(others.read() == 0, "nobody else is inside");
            light.unlock_shared();
        }
    }
};

TEST(simulated_lightswitch, an_opener_that_gives_up_strands_nobody_and_keeps_no_permit)
{
    explore_variants(
        "opener stopped, one behind it, and another user of the room",
        [](scenario& s) {
            auto& w = s.make<lit_room>();
            s.thread("stopped", [&w] { w.visit(w.stop.get_token()); });
            s.thread("patient", [&w] { w.visit({}); });
            s.thread("timed", [&w] { w.visit(1ms); });
            s.thread("other", [&w] {
                w.room.acquire();
                w.others.write(1);
                w.stop.request_stop();
                w.others.write(0);
                w.room.release();
            });
            s.finally([&w] {
                require(w.room.available() == 1 && w.light.inside() + w.light.waiters() == 0, "all is back");
            });
        },
        executions, preemptions);
}

struct pair_gate {
    group_gate<2> gate;
    platform::stop_source stop;
    tally members;

    explicit pair_gate(group_space space) : gate({{1, 1}}, space) {}

    void enter(std::size_t kind, const limit& within)
    {
        const auto mine = gate.enter(kind, within);
        members.add(mine ? (kind == 0 ? 1 : -1) : 0);
    }
};

TEST(simulated_group_gate, no_group_is_formed_with_one_who_gives_up)
{
    for (const auto space : {group_space::any, group_space::one}) {
        explore_variants(
            space == group_space::any ? "a pair and one that is stopped" : "the same, one pair at a time",
            [space](scenario& s) {
                auto& w = s.make<pair_gate>(space);
                s.thread("stopped", [&w] { w.enter(0, w.stop.get_token()); });
                s.thread("stop", [&w] { w.stop.request_stop(); });
                s.thread("timed", [&w] { w.enter(0, 1ms); });
                s.thread("other", [&w] { w.enter(1, 1ms); });
                s.finally([&w] {
                    require(w.members.value() == 0, "whole pairs");
                    require(w.gate.waiters(0) + w.gate.waiters(1) == 0, "nobody waits");
                });
            },
            executions, preemptions);
    }
}

TEST(simulated_group_gate, what_a_member_did_is_visible_to_its_group)
{
    explore_variants(
        "two members",
        [](scenario& s) {
            auto& gate = s.make<group_gate<2>>(std::initializer_list<group_gate<2>::composition>{{1, 1}});
            auto& left = s.make<shared_data<int>>(0);
            auto& right = s.make<shared_data<int>>(0);
            s.thread("left", [&] {
                left.write(1);
                const auto mine = gate.enter(0);
                require(mine && right.read() == 1, "the other's work");
            });
            s.thread("right", [&] {
                right.write(1);
                const auto mine = gate.enter(1);
                require(mine && left.read() == 1, "the other's work");
            });
        },
        executions);
}

struct two_kinds {
    category_lock<2> lock{2};
    platform::stop_source stop;
    shared_data<int> zeros{0};  // written by one kind, read by the other

    void visit_zero(const limit& within)
    {
        if (is_acquired(lock.lock(0, within))) {
            zeros.write(1);
            zeros.write(0);
            lock.unlock(0);
        }
    }
    void visit_one(const limit& within)
    {
        if (is_acquired(lock.lock(1, within))) {
            require(zeros.read() == 0, "the kinds are not mixed");
            lock.unlock(1);
        }
    }
};

TEST(simulated_category_lock, who_gives_up_holds_nobody_up_and_kinds_are_never_mixed)
{
    explore_variants(
        "two of one kind, two of the other, one stopped, one timed",
        [](scenario& s) {
            auto& w = s.make<two_kinds>();
            s.thread("zero", [&w] { w.visit_zero({}); });
            s.thread("stopped one", [&w] { w.visit_one(w.stop.get_token()); });
            s.thread("timed one", [&w] { w.visit_one(1ms); });
            s.thread("stop, then one", [&w] {
                w.stop.request_stop();
                w.visit_one({});
            });
            s.finally([&w] {
                require(w.lock.waiters(0) + w.lock.waiters(1) == 0, "nobody waits");
                require(w.lock.try_lock(0), "it is empty");
                w.lock.unlock(0);
                require(w.lock.try_lock(1), "it is empty");
            });
        },
        executions, preemptions);
}

TEST(simulated_category_lock, who_gives_up_lets_in_those_that_it_held_up)
{
    explore_variants(
        "one inside, one of the other kind that is stopped, one of the same kind",
        [](scenario& s) {
            auto& w = s.make<two_kinds>();
            w.lock.lock(0);  // until the other of its kind is in
            s.thread("stopped one", [&w] { w.visit_one(w.stop.get_token()); });
            s.thread("stop", [&w] { w.stop.request_stop(); });
            s.thread("zero", [&w] {
                w.visit_zero({});
                w.lock.unlock(0);
            });
        },
        executions, preemptions);
}

struct market {
    exchanger<int> counter;
    platform::stop_source stop;
    tally sum;
    tally exchanged;

    void trade(int mine, const limit& within)
    {
        const bool is_other = is_acquired(counter.exchange(mine, within));
        sum.add(mine);
        exchanged.add(is_other ? 1 : 0);
    }
};

TEST(simulated_exchanger, a_partner_that_gives_up_leaves_no_half_exchange)
{
    explore_variants(
        "three traders, one stopped, all timed",
        [](scenario& s) {
            auto& w = s.make<market>();
            s.thread("stopped", [&w] { w.trade(1, {1ms, w.stop.get_token()}); });
            s.thread("timed", [&w] { w.trade(10, 1ms); });
            s.thread("other", [&w] {
                w.stop.request_stop();
                w.trade(100, 1ms);
            });
            s.finally([&w] {
                require(w.sum.value() == 111, "each value is with one thread");
                require(w.exchanged.value() % 2 == 0, "in pairs");
                require(!w.counter.has_waiter(), "nobody waits");
            });
        },
        executions, preemptions);
}

struct two_things {
    semaphore first{1};
    mutex second;
    platform::stop_source stop;
    shared_data<int> users{0};

    template <class All>
    void use(const All& all)
    {
        if (all) {
            users.write(users.read() + 1);
        }
    }
};

TEST(simulated_acquire_all, opposite_orders_end_and_a_limit_leaves_nothing_held)
{
    explore_variants(
        "two orders, and one that is stopped",
        [](scenario& s) {
            auto& w = s.make<two_things>();
            s.thread("one way", [&w] { w.use(acquire_all(w.first, w.second)); });
            s.thread("other way", [&w] { w.use(acquire_all({1ms, w.stop.get_token()}, w.second, w.first)); });
            s.thread("stop", [&w] { w.stop.request_stop(); });
            s.finally([&w] {
                require(w.first.available() == 1 && w.second.owner() == thread_id::none, "all is back");
            });
        },
        executions, preemptions);
}

TEST(simulated_acquire_all, nobody_waits_with_something_in_its_hands)
{
    explore_variants(
        "two orders, both as long as it takes",
        [](scenario& s) {
            auto& w = s.make<two_things>();
            s.thread("one way", [&w] { w.use(acquire_all(w.first, w.second)); });
            s.thread("other way", [&w] { w.use(acquire_all(w.second, w.first)); });
            s.finally([&w] {
                require(w.users.read() == 2, "both have had both");
                require(w.first.available() == 1 && w.second.owner() == thread_id::none, "all is back");
            });
        },
        executions, preemptions);
    explore_variants(
        "three things in a ring",
        [](scenario& s) {
            auto& w = s.make<two_things>();
            auto& third = s.make<semaphore>(1);
            s.thread("first", [&] { w.use(acquire_all(w.first, w.second)); });
            s.thread("second", [&] { w.use(acquire_all(w.second, third)); });
            s.thread("third", [&] { static_cast<void>(acquire_all(third, w.first)); });
            s.finally([&] { require(w.first.available() == 1 && third.available() == 1, "all is back"); });
        },
        executions, preemptions);
}

}  // namespace
}  // namespace signalbox::simulated
