// An exchanger makes pairs; who gives up keeps what it brought.
#include <memory>
#include <string>

#include <signalbox/patterns/exchanger.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

TEST(exchanger_contract, two_threads_go_on_with_what_the_other_brought)
{
    exchanger<std::string> counter;
    auto other = start([&] { return counter.exchange("money"); });
    EXPECT_EQ(counter.exchange("goods"), "money");
    EXPECT_EQ(other.get(), "goods");
    EXPECT_FALSE(counter.has_waiter());
}

TEST(exchanger_contract, carries_what_can_only_be_moved)
{
    exchanger<std::unique_ptr<int>> counter;
    auto other = start([&] { return *counter.exchange(std::make_unique<int>(1)); });
    EXPECT_EQ(*counter.exchange(std::make_unique<int>(2)), 1);
    EXPECT_EQ(other.get(), 2);
}

TEST(exchanger_contract, who_gives_up_keeps_what_it_brought)
{
    exchanger<std::string> counter;
    platform::stop_source stop;
    std::string mine = "mine";
    EXPECT_EQ(counter.exchange(mine, 1ms), outcome::timed_out);
    EXPECT_EQ(mine, "mine");
    std::string other = "other";
    auto stopped = start([&] { return counter.exchange(other, stop.get_token()); });
    ASSERT_TRUE(eventually([&] { return counter.has_waiter(); }));
    stop.request_stop();
    EXPECT_EQ(stopped.get(), outcome::stopped);
    EXPECT_EQ(other, "other");
    EXPECT_FALSE(counter.has_waiter());
    EXPECT_FALSE(counter.try_exchange(mine)) << "who has gone is not met";
    EXPECT_EQ(mine, "mine");
}

TEST(exchanger_contract, a_stop_that_was_requested_before_comes_first)
{
    exchanger<int> counter;
    platform::stop_source stop;
    stop.request_stop();
    auto other = start([&] { return counter.exchange(1); });
    ASSERT_TRUE(eventually([&] { return counter.has_waiter(); }));
    int mine = 2;
    EXPECT_EQ(counter.exchange(mine, stop.get_token()), outcome::stopped);
    EXPECT_EQ(mine, 2);
    EXPECT_TRUE(counter.has_waiter());
    EXPECT_TRUE(counter.try_exchange(mine));
    EXPECT_EQ(mine, 1);
    EXPECT_EQ(other.get(), 2);
}

TEST(exchanger_contract, pairs_the_third_with_the_fourth)
{
    exchanger<int> counter;
    auto first = start([&] { return counter.exchange(1); });
    ASSERT_TRUE(eventually([&] { return counter.has_waiter(); }));
    EXPECT_EQ(counter.exchange(2), 1);
    EXPECT_EQ(first.get(), 2);
    auto third = start([&] { return counter.exchange(3); });
    ASSERT_TRUE(eventually([&] { return counter.has_waiter(); }));
    EXPECT_EQ(counter.exchange(4), 3);
    EXPECT_EQ(third.get(), 4);
}

/// A value that asks its exchanger while it is swapped.
struct curious {
    exchanger<curious>* by = nullptr;
    int number = 0;

    friend void swap(curious& a, curious& b) noexcept
    {
        std::swap(a.number, b.number);
        static_cast<void>(a.by->has_waiter());
    }
};

TEST(exchanger_contract, swaps_without_its_mutex_as_users_code_needs)
{
    exchanger<curious> counter;
    auto first = start([&] { return counter.exchange({&counter, 1}).number; });
    ASSERT_TRUE(eventually([&] { return counter.has_waiter(); }));
    EXPECT_EQ(counter.exchange({&counter, 2}).number, 1);
    EXPECT_EQ(first.get(), 2);
}

}  // namespace
}  // namespace signalbox::contract
