// What a pool promises of lending: how many, to whom first, and what becomes of a thing.
#include <signalbox/patterns/pool.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "../contract/harness.hpp"
#include "gadgets.hpp"

namespace {

using namespace signalbox::contract;
using signalbox::outcome;
using signalbox::pool;

TEST(pool, a_thing_is_made_when_it_is_first_needed)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 3, .warn_of_second = false}};
    EXPECT_EQ(shop.made(), 0);
    {
        auto one = things.acquire();
        EXPECT_EQ(shop.made(), 1);
        auto two = things.acquire();
        EXPECT_EQ(shop.made(), 2);
    }
    auto again = things.acquire();
    EXPECT_EQ(shop.made(), 2) << "an idle one is used again";
}

TEST(pool, the_thing_that_was_used_last_is_lent_first)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 3, .warn_of_second = false}};
    auto one = things.acquire();
    auto two = things.acquire();
    auto three = things.acquire();
    two.release();
    three.release();
    one.release();
    for (const int number : {1, 3, 2}) {
        auto lease = things.acquire();
        EXPECT_EQ(lease->number(), number);
        EXPECT_EQ(lease.detach().number(), number);
    }
}

TEST(pool, no_more_than_max_are_lent)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 2, .warn_of_second = false}};
    auto one = things.acquire();
    auto two = things.acquire();
    auto three = things.acquire(0ms);
    EXPECT_FALSE(three);
    EXPECT_EQ(three.outcome(), outcome::timed_out);
    one.release();
    EXPECT_TRUE(things.acquire(0ms));
    EXPECT_EQ(shop.most(), 2);
}

TEST(pool, who_waits_longest_is_served_first_and_no_newcomer_overtakes)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    auto held = things.acquire();
    std::vector<int> order;  // guarded by the lease of the only thing
    std::vector<std::unique_ptr<task<bool>>> threads;
    for (int i = 0; i < 4; ++i) {
        threads.push_back(std::make_unique<task<bool>>([&, i] {
            auto lease = things.acquire();
            order.push_back(i);
            return true;
        }));
        require([&] { return comes_to_wait(things, static_cast<std::size_t>(i) + 1); });
    }
    auto turn = things.acquire(0ms);
    EXPECT_EQ(turn.outcome(), outcome::timed_out);
    held.release();
    threads.clear();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

TEST(pool, a_thing_goes_from_hand_to_hand)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    auto held = things.acquire();
    std::atomic<bool> may_end{false};
    auto next = start([&] {
        auto lease = things.acquire();
        require([&] { return may_end.load(); });
    });
    require([&] { return comes_to_wait(things, 1); });
    held.release();
    EXPECT_EQ(things.statistics().in_use, 1U) << "it is lent before its borrower has woken up";
    EXPECT_FALSE(things.acquire(0ms));
    may_end = true;
    EXPECT_TRUE(next.get());
}

TEST(pool, a_wait_ends_with_its_limit)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    auto held = things.acquire();
    EXPECT_EQ(things.acquire(1ms).outcome(), outcome::timed_out);

    signalbox::platform::stop_source stop;
    auto stopped = start([&] { return things.acquire(stop.get_token()).outcome(); });
    require([&] { return comes_to_wait(things, 1); });
    stop.request_stop();
    EXPECT_EQ(stopped.get(), outcome::stopped);

    held.release();
    EXPECT_EQ(things.acquire(stop.get_token()).outcome(), outcome::stopped) << "even if one is idle";
    EXPECT_EQ(things.statistics().timed_out, 1U);
}

// Half of the rounds wait with limits that are over at once, again and again: most of the time the thread is
// between the queue and its leaving.
TEST(pool, a_thing_that_comes_as_the_limit_ends_is_not_lost)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    std::optional<pool<gadget>::lease> held;
    const auto try_hard = [&](int round) {
        const std::chrono::microseconds within{round % 2 == 0 ? round % 50 : 0};
        for (int i = 0; i < (round % 2 == 0 ? 1 : 200) && !things.acquire(within); ++i) {
        }
    };
    race(
        4000,
        [&](int round) {
            dawdle(static_cast<std::uint32_t>(round * 977 % (round % 2 == 0 ? 150'000 : 30'000)));
            held.reset();
        },
        try_hard,
        [&](int) {
            const auto now = things.statistics();
            ASSERT_EQ(now.in_use, held ? 1U : 0U);
            ASSERT_EQ(now.waiting, 0U);
            if (!held) {
                held.emplace(things.acquire());
            }
        });
    EXPECT_EQ(shop.made(), 1);
}

TEST(pool, a_factory_that_throws_leaves_its_place_to_the_next)
{
    workshop shop;
    std::atomic<int> calls{0};
    std::atomic<bool> may_fail{false};
    pool<gadget> things{[&] {
                            if (++calls == 1) {
                                require([&] { return may_fail.load(); });
                                throw std::runtime_error{"no server"};
                            }
                            return gadget{shop};
                        },
                        {.max = 1}};
    auto unlucky = start([&] { return static_cast<bool>(things.acquire()); });
    require([&] { return calls.load() == 1; });
    auto next = start([&] { return things.acquire()->number(); });
    require([&] { return comes_to_wait(things, 1); });
    may_fail = true;
    EXPECT_THROW(unlucky.get(), std::runtime_error) << "the error goes to who called the factory";
    EXPECT_EQ(next.get(), 1);
    const auto now = things.statistics();
    EXPECT_EQ(now.failed, 1U);
    EXPECT_EQ(now.in_use + now.creating + now.waiting, 0U);
}

TEST(pool, a_discarded_thing_is_closed_and_its_place_is_free)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 1}};
    auto broken = things.acquire();
    auto next = start([&] { return things.acquire()->number(); });
    require([&] { return comes_to_wait(things, 1); });
    broken.discard();
    EXPECT_EQ(next.get(), 2);
    EXPECT_FALSE(broken);
    EXPECT_EQ(shop.alive(), 1);
    EXPECT_EQ(shop.most(), 1) << "the old one is closed before the new one is made";
}

TEST(pool, a_detached_thing_belongs_to_its_borrower)
{
    workshop shop;
    std::optional<gadget> mine;
    {
        pool<gadget> things{shop.factory(), {.max = 1}};
        auto lease = things.acquire();
        mine.emplace(lease.detach());
        EXPECT_FALSE(lease);
        EXPECT_EQ(things.acquire()->number(), 2) << "it no longer counts";
    }
    EXPECT_EQ(mine->number(), 1);
    EXPECT_EQ(shop.alive(), 1);
}

TEST(pool, a_lease_is_moved_and_an_empty_one_gives_nothing)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 2, .warn_of_second = false}};
    auto one = things.acquire();
    auto two = things.acquire();
    one = std::move(two);
    EXPECT_EQ(one->number(), 2);
    EXPECT_EQ(things.statistics().idle, 1U) << "what it held is back";
    pool<gadget>::lease none;
    EXPECT_FALSE(none);
    none.release();
    none.discard();
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { (void)none->number(); }));
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { (void)none.detach(); }));
    EXPECT_EQ(things.statistics().in_use, 1U);
}

TEST(pool, a_lease_may_outlive_its_pool)
{
    workshop shop;
    pool<gadget>::lease last;
    {
        pool<gadget> things{shop.factory(), {.max = 2, .warn_of_second = false}};
        auto first = things.acquire();
        last = things.acquire();
    }
    EXPECT_EQ(last->number(), 2);
    EXPECT_EQ(shop.alive(), 1);
    last.release();
    EXPECT_EQ(shop.alive(), 0);
}

TEST(pool, a_thing_need_not_be_movable_and_a_factory_need_not_be_copied)
{
    struct fixed {
        explicit fixed(int value) : number{value} {}
        fixed(const fixed&) = delete;
        fixed& operator=(const fixed&) = delete;
        int number;
    };
    pool<fixed> things{[owned = std::make_unique<int>(5)] { return fixed{*owned}; }};
    EXPECT_EQ(things.acquire()->number, 5);
}

TEST(pool, a_factory_may_ask_for_the_limit_of_the_call)
{
    pool<bool> things{[](const signalbox::limit& within) { return within.is_for_ever(); }, {.max = 1}};
    auto one = things.acquire();
    EXPECT_TRUE(*one);
    one.discard();
    EXPECT_FALSE(*things.acquire(1h));
}

// Everything of the user's asks the pool something, for which the pool takes its lock: a lock that the caller
// held already would be refused, and end the program.
TEST(pool, no_function_of_the_users_runs_under_a_lock)
{
    pool<std::shared_ptr<int>>* self = nullptr;
    std::atomic<int> calls{0};
    const auto looks = [&] {
        (void)self->statistics();
        ++calls;
        return true;
    };
    {
        pool<std::shared_ptr<int>> things{[&] {
                                              looks();
                                              return std::shared_ptr<int>{new int{}, [&](const int* value) {
                                                                              looks();
                                                                              delete value;
                                                                          }};
                                          },
                                          {.max = 2,
                                           .validate_after = -1ns,
                                           .held_too_long = 0ns,
                                           .validate = [&](auto&) { return looks(); },
                                           .report = [&](std::string_view) { looks(); }}};
        self = &things;
        auto one = things.acquire();
        auto two = things.acquire();        // a second lease of this thread: reported
        EXPECT_FALSE(things.acquire(1ms));  // a time-out: an overdue lease is reported
        one.discard();
        two.release();  // overdue: reported
        auto valid = things.acquire();
        valid.release();
        things.resize(1);
        EXPECT_EQ(things.close(), outcome::acquired);
    }
    EXPECT_GE(calls.load(), 9);
}

}  // namespace
