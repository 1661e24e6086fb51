// What a pool promises of age, of limits, and of its end.
#include <signalbox/patterns/pool.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include <signalbox/platform/clock.hpp>

#include "../contract/harness.hpp"
#include "gadgets.hpp"

namespace {

using namespace signalbox::contract;
using signalbox::outcome;
using signalbox::pool;

constexpr auto never = signalbox::pool_options<gadget>::never;

TEST(pool_limits, a_thing_is_validated_once_it_was_idle_for_long)
{
    workshop shop;
    int asked = 0;
    const auto validate = [&](gadget&) { return ++asked > 0; };
    pool<gadget> at_once{shop.factory(), {.max = 1, .validate_after = -1ns, .validate = validate}};
    at_once.acquire().release();
    EXPECT_EQ(asked, 0) << "a new thing is not asked";
    at_once.acquire().release();
    EXPECT_EQ(asked, 1);
    pool<gadget> later{shop.factory(), {.max = 1, .validate_after = 1h, .validate = validate}};
    later.acquire().release();
    later.acquire().release();
    EXPECT_EQ(asked, 1);
}

TEST(pool_limits, what_is_not_valid_is_replaced)
{
    workshop shop;
    pool<gadget> things{
        shop.factory(),
        {.max = 3, .validate_after = -1ns, .warn_of_second = false, .validate = [](gadget& each) {
             return each.is_broken ? throw std::runtime_error{"gone"} : each.number() != 2;
         }}};
    {
        auto one = things.acquire();
        auto two = things.acquire();
        auto three = things.acquire();
        three->is_broken = true;
        one.release();  // and then the others, the broken one last
        two.release();
    }
    EXPECT_EQ(things.acquire()->number(), 1) << "3 throws, 2 is not valid";
    EXPECT_EQ(things.statistics().invalid, 2U);
    EXPECT_EQ(shop.alive(), 1);
}

TEST(pool_limits, a_thing_past_its_lifetime_is_not_lent)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1, .max_lifetime = 100ms}};
    do {
        things.acquire().release();
    } while (things.statistics().idle == 0);  // it came back in time
    const int first = shop.made();
    const auto end = clock::now() + 200ms;
    require([&] { return signalbox::platform::coarse_now() > end; });
    EXPECT_EQ(things.acquire()->number(), first + 1);
    EXPECT_EQ(shop.most(), 1);
}

TEST(pool_limits, a_thing_whose_lifetime_ends_while_it_is_lent_is_closed_when_it_comes_back)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1, .max_lifetime = 0ns}};
    auto lease = things.acquire();
    EXPECT_EQ(shop.alive(), 1);
    lease.release();
    EXPECT_EQ(shop.alive(), 0);
}

TEST(pool_limits, lifetimes_differ_by_the_jitter_at_most)
{
    using core = signalbox::detail::pool_core;
    const core::time_point now{1h};
    EXPECT_EQ(core::end_of_life(now, 100s, 0.1, 0), now + 100s);
    EXPECT_EQ(core::end_of_life(now, 100s, 0.1, 0.5), now + 95s);
    EXPECT_EQ(core::end_of_life(now, 100s, 1, 1), now);
    EXPECT_EQ(core::end_of_life(now, never, 0.1, 0.5), core::time_point::max());
    // Without jitter none of these would end at once.
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1, .max_lifetime = 1h, .lifetime_jitter = 1.0}};
    things.acquire().release();
    EXPECT_EQ(shop.alive(), 1);
}

TEST(pool_limits, a_thing_that_was_idle_for_too_long_is_closed_by_who_borrows)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 3, .idle_timeout = 100ms, .warn_of_second = false}};
    {
        auto one = things.acquire();
        auto two = things.acquire();
        auto three = things.acquire();
    }
    EXPECT_TRUE(eventually([&] {
        things.acquire().release();
        return shop.alive() == 1;
    })) << "those that are never lent, since another is always at hand";
    const auto end = clock::now() + 200ms;
    require([&] { return signalbox::platform::coarse_now() > end; });
    const int last = shop.made();
    EXPECT_EQ(things.acquire()->number(), last + 1) << "and the one that would be lent";
}

TEST(pool_limits, the_maintenance_thread_makes_things_ahead)
{
    workshop shop;
    std::atomic<bool> fails{true};
    pool<gadget> things{[&] {
                            if (fails) {
                                throw std::runtime_error{"not yet"};
                            }
                            return gadget{shop};
                        },
                        {.max = 3, .maintain_every = 1ms, .min_idle = 2}};
    require([&] { return things.statistics().failed > 2; });
    fails = false;
    EXPECT_TRUE(eventually([&] { return things.statistics().idle == 2; }));
    auto one = things.acquire();
    EXPECT_TRUE(eventually([&] { return shop.alive() == 3 && things.statistics().idle == 2; }));
    one.discard();
    EXPECT_LE(shop.most(), 3);
}

TEST(pool_limits, the_maintenance_thread_closes_what_was_idle_for_too_long)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 2, .idle_timeout = 1ms, .maintain_every = 1ms}};
    things.acquire().release();
    EXPECT_TRUE(eventually([&] { return shop.alive() == 0; }));
    EXPECT_EQ(things.statistics().idle, 0U);
}

// Two factories run, two threads wait for the right to run theirs; then one thing comes back.
TEST(pool_limits, no_more_factories_run_at_a_time_than_allowed)
{
    workshop shop;
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::atomic<bool> may_end{true};
    pool<gadget> things{[&] {
                            most = std::max(most.load(), ++running);
                            require([&] { return may_end.load(); });
                            --running;
                            return gadget{shop};
                        },
                        {.max = 5, .max_creating = 2}};
    auto held = things.acquire();
    may_end = false;
    std::vector<std::unique_ptr<task<bool>>> threads;
    std::atomic<int> served{0};
    for (int i = 0; i < 4; ++i) {
        threads.push_back(std::make_unique<task<bool>>([&] {
            auto lease = things.acquire();
            ++served;
            require([&] { return may_end.load(); });
            return true;
        }));
    }
    require([&] { return comes_to_wait(things, 2) && things.statistics().creating == 2; });
    held.release();
    EXPECT_TRUE(eventually([&] { return served.load() == 1; }))
        << "who waits to make one gets one that is back";
    may_end = true;
    threads.clear();
    EXPECT_EQ(most.load(), 2);
}

TEST(pool_limits, one_more_than_max_waiters_is_refused_at_once)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1, .max_waiters = 1}};
    auto held = things.acquire();
    auto waits = start([&] { return static_cast<bool>(things.acquire()); });
    require([&] { return comes_to_wait(things, 1); });
    auto other = start([&] {
        EXPECT_EQ(things.acquire(1h).outcome(), outcome::timed_out);
        return refusal(std::errc::resource_unavailable_try_again, [&] { (void)things.acquire(); });
    });
    EXPECT_TRUE(other.get());
    EXPECT_EQ(things.statistics().refused, 2U);
    held.release();
    EXPECT_TRUE(waits.get());
}

TEST(pool_limits, a_larger_pool_serves_those_who_wait)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    auto held = things.acquire();
    auto waits = start([&] { return things.acquire()->number(); });
    require([&] { return comes_to_wait(things, 1); });
    things.resize(2);
    EXPECT_EQ(waits.get(), 2);
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { things.resize(0); }));
}

TEST(pool_limits, a_smaller_pool_closes_what_is_too_much)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 4, .warn_of_second = false}};
    auto one = things.acquire();
    auto two = things.acquire();
    things.acquire().release();
    EXPECT_EQ(shop.alive(), 3);
    things.resize(1);
    EXPECT_EQ(shop.alive(), 2) << "the idle one";
    EXPECT_FALSE(things.acquire(0ms));
    two.release();
    EXPECT_EQ(shop.alive(), 1) << "the one that came back";
    EXPECT_FALSE(things.acquire(0ms)) << "one is still lent";
    one.release();
    EXPECT_EQ(shop.alive(), 1);
    EXPECT_EQ(things.acquire()->number(), 1);
}

TEST(pool_limits, closing_ends_every_wait_and_drains)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 2, .warn_of_second = false}};
    auto one = things.acquire();
    auto two = things.acquire();
    auto waits = start([&] { return things.acquire(1h).outcome(); });
    require([&] { return comes_to_wait(things, 1); });
    two.release();
    EXPECT_EQ(waits.get(), outcome::acquired);
    EXPECT_EQ(things.close(1ms), outcome::timed_out) << "one is lent";
    EXPECT_TRUE(things.is_closed());
    EXPECT_EQ(shop.alive(), 1) << "the idle one is closed";
    EXPECT_EQ(things.acquire(1h).outcome(), outcome::closed);
    EXPECT_TRUE(refusal(std::errc::operation_canceled, [&] { (void)things.acquire(); }));
    EXPECT_EQ(one->number(), 1) << "what is lent stays valid";

    auto drains = start([&] { return things.close(); });
    one.release();
    EXPECT_EQ(drains.get(), outcome::acquired);
    EXPECT_EQ(shop.alive(), 0);
}

TEST(pool_limits, those_who_wait_as_it_closes_get_closed)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    auto held = things.acquire();
    auto with_limit = start([&] { return things.acquire(1h).outcome(); });
    auto without =
        start([&] { return refusal(std::errc::operation_canceled, [&] { (void)things.acquire(); }); });
    require([&] { return comes_to_wait(things, 2); });
    EXPECT_EQ(things.close(0ms), outcome::timed_out);
    EXPECT_EQ(with_limit.get(), outcome::closed);
    EXPECT_TRUE(without.get());
}

TEST(pool_limits, a_thing_that_is_made_while_the_pool_closes_is_closed_too)
{
    workshop shop;
    std::atomic<bool> is_making{false};
    std::atomic<bool> may_end{false};
    pool<gadget> things{[&] {
                            is_making = true;
                            require([&] { return may_end.load(); });
                            return gadget{shop};
                        },
                        {.max = 1}};
    auto makes = start([&] { return things.acquire(1h).outcome(); });
    require([&] { return is_making.load(); });
    EXPECT_EQ(things.close(0ms), outcome::timed_out);
    may_end = true;
    EXPECT_EQ(makes.get(), outcome::closed);
    EXPECT_EQ(things.close(), outcome::acquired);
    EXPECT_EQ(shop.alive(), 0);
}

}  // namespace
