// A budget that several processes share: a process that is killed gives back what its pool had.
#include <signalbox/patterns/pool.hpp>
#include <signalbox/process/event.hpp>
#include <signalbox/process/semaphore.hpp>

#include <csignal>
#include <memory>
#include <mutex>
#include <vector>

#include "../process/child.hpp"
#include "../process/directory.hpp"
#include "gadgets.hpp"

namespace {

using namespace signalbox::contract;
using signalbox::outcome;
namespace process = signalbox::process;
using budget_pool = signalbox::pool<gadget, process::semaphore>;

class pool_process : public own_directory {};

TEST_F(pool_process, things_of_a_killed_process_no_longer_count)
{
    process::semaphore budget = process::semaphore::create("db", {.capacity = 3});
    process::event borrowed = process::event::create("borrowed");
    child other{[] {
        process::semaphore theirs = process::semaphore::open("db");
        workshop shop;
        budget_pool things{theirs, shop.factory(), {.max = 2, .warn_of_second = false, .maintain_every = 1h}};
        auto lent = things.acquire();
        things.acquire().release();  // idle, and holds a permit too
        process::event::open("borrowed").set();
        return sleeps_for_ever();
    }};
    borrowed.wait();
    workshop shop;
    budget_pool things{budget, shop.factory(), {.max = 3, .warn_of_second = false}};
    auto one = things.acquire();
    EXPECT_EQ(things.acquire(0ms).outcome(), outcome::timed_out) << "the others are theirs";
    auto waits = start([&] { return static_cast<bool>(things.acquire()); });
    // Their maintenance thread, if it begins late, gives up the idle one for who waits.
    require([&] { return budget.waiters() == 1 || waits.is_done(); });
    other.ends_by(SIGKILL);
    EXPECT_TRUE(waits.get());
    EXPECT_TRUE(eventually([&] { return budget.available() == 2; }));
    one.release();
    EXPECT_EQ(budget.available(), 3);
}

TEST_F(pool_process, processes_take_turns_and_never_have_more_than_the_budget)
{
    process::semaphore budget = process::semaphore::create("db", {.capacity = 2});
    process::semaphore open = process::semaphore::create("open", {.capacity = 2});
    const auto work = [] {
        process::semaphore mine = process::semaphore::open("db");
        process::semaphore counter = process::semaphore::open("open");
        struct connection {
            explicit connection(process::semaphore& of) : place{of, 1, std::try_to_lock} {}
            signalbox::permit<process::semaphore> place;
        };
        signalbox::pool<connection, process::semaphore> things{
            mine, [&] { return connection{counter}; }, {.max = 2, .maintain_every = 1ms}};
        bool is_within = true;
        std::vector<std::unique_ptr<task<bool>>> threads;
        for (int i = 0; i < 2; ++i) {
            threads.push_back(std::make_unique<task<bool>>([&] {
                bool is_good = true;
                for (int round = 0; round < 50; ++round) {
                    is_good = static_cast<bool>(things.acquire()->place) && is_good;
                }
                return is_good;
            }));
        }
        for (auto& each : threads) {
            is_within = each->get() && is_within;
        }
        return is_within;
    };
    child a{work};
    child b{work};
    child c{work};
    EXPECT_TRUE(a.succeeds());
    EXPECT_TRUE(b.succeeds());
    EXPECT_TRUE(c.succeeds());
    EXPECT_EQ(budget.available(), 2);
}

}  // namespace
