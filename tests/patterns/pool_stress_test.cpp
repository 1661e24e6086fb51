// Many threads do everything with a pool at once: nothing is lost, nothing is lent twice.
#include <signalbox/patterns/pool.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <vector>

#include "../contract/harness.hpp"
#include "gadgets.hpp"

namespace {

using namespace signalbox::contract;
using signalbox::pool;

struct counted {
    explicit counted(workshop& shop) : base{shop} {}
    gadget base;
    int users = 0;  // plain: whoever has the lease is alone
    long uses = 0;
};

/// What one thread of the stress does in a round.
class borrower {
public:
    borrower(pool<counted>& things, std::uint32_t seed) : things_{things}, chance_{seed} {}

    void step()
    {
        try {
            auto lease = borrow();
            if (lease) {
                use(*lease);
                end(lease);
            }
        } catch (const std::runtime_error&) {  // the factory's
        }
    }

    [[nodiscard]] bool has_been_alone() const { return is_alone_; }
    [[nodiscard]] long uses() const { return uses_; }

private:
    pool<counted>::lease borrow()
    {
        switch (chance_.below(4)) {
        case 0: return things_.acquire(std::chrono::microseconds{chance_.below(100)});
        case 1: return things_.acquire(0ns);
        default: return things_.acquire(1h);
        }
    }

    void use(counted& thing)
    {
        is_alone_ = is_alone_ && ++thing.users == 1;
        dawdle(chance_.below(2000));
        ++thing.uses;
        ++uses_;
        --thing.users;
    }

    void end(pool<counted>::lease& lease)
    {
        switch (chance_.below(64)) {
        case 0: return lease.discard();
        case 1: {
            const counted mine = lease.detach();
            return;
        }
        default: return;
        }
    }

    pool<counted>& things_;
    dice chance_;
    bool is_alone_ = true;
    long uses_ = 0;
};

// Factories that throw, things that are not valid, things that expire: all of it often.
pool<counted>::options everything()
{
    return {.max = 4,
            .max_creating = 2,
            .validate_after = -1ns,
            .idle_timeout = 5ms,
            .max_lifetime = 10ms,
            .maintain_every = 1ms,
            .min_idle = 1,
            .validate = [n = std::make_shared<std::atomic<int>>(0)](counted&) { return ++*n % 32 != 0; }};
}

TEST(pool_stress, many_threads_do_everything_and_nothing_is_lost)
{
    workshop shop;
    std::atomic<int> calls{0};
    pool<counted> things{
        [&] { return calls++ % 16 == 7 ? throw std::runtime_error{"no server"} : counted{shop}; },
        everything()};
    std::atomic<bool> is_over{false};
    std::vector<std::unique_ptr<task<bool>>> threads;
    for (std::uint32_t i = 0; i < 8; ++i) {
        threads.push_back(std::make_unique<task<bool>>([&, i] {
            borrower me{things, i + 1};
            while (!is_over) {
                me.step();
            }
            return me.has_been_alone() && me.uses() > 0;
        }));
    }
    const auto end = clock::now() + soak_time();
    for (std::size_t size = 1; clock::now() < end; size = size % 4 + 1) {
        things.resize(size);
        std::this_thread::sleep_for(1ms);
    }
    things.resize(4);
    is_over = true;
    for (auto& each : threads) {
        EXPECT_TRUE(each->get());
    }
    const auto now = things.statistics();
    EXPECT_EQ(now.in_use + now.waiting, 0U);
    EXPECT_EQ(things.close(), signalbox::outcome::acquired);
    EXPECT_EQ(shop.alive(), 0);
    EXPECT_EQ(things.statistics().created, things.statistics().closed);
}

// A detached thing counts no more, so here nothing is detached.
TEST(pool_stress, there_are_never_more_things_than_max)
{
    workshop shop;
    pool<gadget> things{shop.factory(),
                        {.max = 3, .idle_timeout = 1ms, .maintain_every = 1ms, .min_idle = 2}};
    std::atomic<bool> is_over{false};
    std::vector<std::unique_ptr<task<bool>>> threads;
    for (std::uint32_t i = 0; i < 6; ++i) {
        threads.push_back(std::make_unique<task<bool>>([&, i] {
            dice chance{i + 1};
            while (!is_over) {
                auto lease = things.acquire();
                dawdle(chance.below(2000));
                if (chance.below(8) == 0) {
                    lease.discard();
                }
            }
            return true;
        }));
    }
    const auto end = clock::now() + soak_time();
    require([&] { return clock::now() >= end && shop.made() > 10; });
    is_over = true;
    threads.clear();
    EXPECT_LE(shop.most(), 3);
    EXPECT_EQ(things.statistics().in_use, 0U);
}

}  // namespace
