// Events between threads: who is let through, when, and how limits end a wait.
#include <deque>
#include <memory>

#include <signalbox/event.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

template <class Event>
class any_event : public ::testing::Test {
};

using events = ::testing::Types<event, auto_reset_event>;
TYPED_TEST_SUITE(any_event, events);

TYPED_TEST(any_event, is_unset_unless_it_is_made_set)
{
    constinit static TypeParam made_unset;
    constinit static TypeParam made_set{true};
    EXPECT_FALSE(made_unset.is_set());
    EXPECT_FALSE(made_unset.try_wait());
    EXPECT_FALSE(made_unset.reset());
    EXPECT_TRUE(made_set.is_set());
    EXPECT_TRUE(made_set.reset());
    EXPECT_FALSE(made_set.is_set());
}

TYPED_TEST(any_event, lets_a_waiter_through_when_it_is_set)
{
    TypeParam happened;
    int message = 0;
    auto waiter = start([&] {
        happened.wait();
        return message;
    });
    ASSERT_TRUE(eventually([&] { return happened.waiters() == 1; }));
    EXPECT_FALSE(waiter.is_done());
    message = 7;
    happened.set();
    EXPECT_EQ(waiter.get(), 7);
    EXPECT_EQ(happened.waiters(), 0);
}

TYPED_TEST(any_event, a_second_set_changes_nothing)
{
    TypeParam happened;
    happened.set();
    happened.set();
    EXPECT_TRUE(happened.reset());
    EXPECT_FALSE(happened.reset());
    EXPECT_EQ(happened.wait(-1h), outcome::timed_out);
}

TYPED_TEST(any_event, a_limit_ends_the_wait)
{
    TypeParam happened;
    platform::stop_source source;
    const auto begin = clock::now();
    EXPECT_EQ(happened.wait(2ms), outcome::timed_out);
    EXPECT_FALSE(happened.wait_for(2ms));
    EXPECT_FALSE(happened.wait_until(clock::now() + 2ms));
    EXPECT_GE(clock::now() - begin, 6ms);
    auto waiter = start([&] { return happened.wait({24h, source.get_token()}); });
    ASSERT_TRUE(eventually([&] { return happened.waiters() == 1; }));
    source.request_stop();
    EXPECT_EQ(waiter.get(), outcome::stopped);
    EXPECT_EQ(happened.waiters(), 0);
    happened.set();
    EXPECT_EQ(happened.wait(source.get_token()), outcome::stopped) << "stopped before, though it is set";
    EXPECT_TRUE(happened.is_set());
    EXPECT_EQ(happened.wait(-1h), outcome::acquired) << "what is set is not waited for";
}

TEST(event, lets_everybody_through_until_it_is_reset)
{
    constexpr std::ptrdiff_t many = 64;
    event happened;
    for (int round = 0; round < 5; ++round) {
        std::deque<task<bool>> crowd;
        for (std::ptrdiff_t i = 0; i < many; ++i) {
            crowd.emplace_back([&, i] {
                i % 2 == 0 ? happened.wait() : static_cast<void>(happened.wait(24h));
                return true;
            });
        }
        ASSERT_TRUE(eventually([&] { return happened.waiters() == many; }));
        happened.set();
        crowd.clear();
        happened.wait();
        EXPECT_TRUE(happened.wait_for(0s));
        EXPECT_TRUE(happened.reset());
        EXPECT_EQ(happened.waiters(), 0);
    }
}

TEST(event, a_reset_right_after_the_set_holds_nobody_back_who_waits)
{
    event happened;
    for (int round = 0; round < 200; ++round) {
        std::deque<task<bool>> crowd;
        for (int i = 0; i < 3; ++i) {
            crowd.emplace_back([&] {
                happened.wait();
                return true;
            });
        }
        ASSERT_TRUE(eventually([&] { return happened.waiters() == 3; }));
        happened.set();
        happened.reset();
        crowd.clear();
    }
}

TEST(event, may_be_destroyed_by_whom_it_lets_through)
{
    for (int round = 0; round < 2'000; ++round) {
        auto happened = std::make_unique<event>();
        event* const address = happened.get();
        auto waiter = start([&] {
            happened->wait();
            happened.reset();
        });
        address->set();
        ASSERT_TRUE(waiter.get());
    }
}

TEST(event, may_be_destroyed_by_who_sets_it_once_all_who_wait_stand_in_the_queue)
{
    for (int round = 0; round < 200; ++round) {
        auto happened = std::make_unique<event>();
        auto waiter = start([&, address = happened.get()] { address->wait(); });
        ASSERT_TRUE(eventually([&] { return happened->waiters() == 1; }));
        happened->set();
        happened.reset();
        ASSERT_TRUE(waiter.get());
    }
}

TEST(auto_reset_event, lets_one_through_for_each_set)
{
    auto_reset_event happened;
    std::deque<task<bool>> crowd;
    for (int i = 0; i < 4; ++i) {
        crowd.emplace_back([&] {
            happened.wait();
            return true;
        });
    }
    ASSERT_TRUE(eventually([&] { return happened.waiters() == 4; }));
    for (std::ptrdiff_t left = 3; left >= 0; --left) {
        happened.set();
        ASSERT_TRUE(eventually([&] { return happened.waiters() == left; }));
        ASSERT_TRUE(eventually([&] { return !happened.is_set(); }));
    }
    crowd.clear();
}

TEST(auto_reset_event, hands_to_and_fro)
{
    auto_reset_event ping;
    auto_reset_event pong;
    int turns = 0;
    auto other = start([&] {
        for (int i = 0; i < 5'000; ++i) {
            ping.wait();
            ++turns;
            pong.set();
        }
    });
    for (int i = 0; i < 5'000; ++i) {
        ping.set();
        pong.wait();
        ASSERT_EQ(turns, i + 1);
    }
    EXPECT_TRUE(other.get());
}

}  // namespace
}  // namespace signalbox::contract
