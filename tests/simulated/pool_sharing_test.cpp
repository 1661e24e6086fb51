// Pools under every schedule whose things are not theirs alone: two share a limit, leases outlive their pool.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "pool_depot.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

/// Two pools that have one permit between them.
struct two_depots {
    semaphore budget{1, {.capacity = 1, .fairness = fairness::fifo}};
    tally alive;
    tally served;
    pool<wagon> here{budget, [this] { return wagon{alive, 1}; }, at_most(2)};
    pool<wagon> there{budget, [this] { return wagon{alive, 1}; }, at_most(2)};

    void visit(pool<wagon>& which, const limit& within)
    {
        const auto mine = which.acquire(within);
        served.add(mine ? 1 : 0);
    }
};

TEST(simulated_pool_sharing, pools_that_share_a_limit_keep_to_it_and_give_it_on)
{
    explore_variants(
        "two of one pool and two of another, one timed",
        [](scenario& s) {
            auto& w = s.make<two_depots>();
            s.thread("here", [&w] { w.visit(w.here, {}); });
            s.thread("here too", [&w] { w.visit(w.here, {}); });
            s.thread("there", [&w] { w.visit(w.there, {}); });
            s.thread("there timed", [&w] { w.visit(w.there, 1ms); });
            s.finally([&w] {
                require(w.served.value() >= 3, "nobody is forgotten");
                require(w.alive.value() == 0 && w.budget.available() == 1, "the permit is back");
            });
        },
        pool_executions, pool_preemptions);
}

TEST(simulated_pool_sharing, the_last_lease_takes_the_rest_of_a_pool_that_has_gone_with_it)
{
    explore_variants(
        "two leases end while the pool goes",
        [](scenario& s) {
            struct world {
                tally alive;
                std::unique_ptr<pool<wagon>> wagons = std::make_unique<pool<wagon>>(
                    [this] {
                        return wagon{alive, 2};
                    },
                    at_most(2));
                pool<wagon>::lease one = wagons->acquire();
                pool<wagon>::lease two = wagons->acquire();
            };
            auto& w = s.make<world>();
            s.thread("goes", [&w] { w.wagons.reset(); });
            s.thread("one", [&w] { w.one.release(); });
            s.thread("two", [&w] { w.two.discard(); });
            s.finally([&w] { require(w.alive.value() == 0, "all are closed"); });
        },
        pool_executions);
}

}  // namespace
}  // namespace signalbox::simulated
