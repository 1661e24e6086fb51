// What an event of any scope promises: who is let through, when, and how limits end a wait.
//
// A scope names itself, and makes events:
//
//   struct some_event { static constexpr const char* name; static std::unique_ptr<...> make(bool is_set); };
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"

namespace signalbox::contract {

/// Events that reset themselves too.
template <class Scope>
class event_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(event_contract);

TYPED_TEST_P(event_contract, is_unset_unless_it_is_made_set)
{
    const auto made_unset = TypeParam::make(false);
    const auto made_set = TypeParam::make(true);
    EXPECT_FALSE(made_unset->is_set());
    EXPECT_FALSE(made_unset->try_wait());
    EXPECT_FALSE(made_unset->reset());
    EXPECT_TRUE(made_set->is_set());
    EXPECT_TRUE(made_set->reset());
    EXPECT_FALSE(made_set->is_set());
}

TYPED_TEST_P(event_contract, lets_a_waiter_through_when_it_is_set)
{
    const auto event = TypeParam::make(false);
    auto& happened = *event;
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

TYPED_TEST_P(event_contract, a_second_set_changes_nothing)
{
    const auto event = TypeParam::make(false);
    auto& happened = *event;
    happened.set();
    happened.set();
    EXPECT_TRUE(happened.reset());
    EXPECT_FALSE(happened.reset());
    EXPECT_EQ(happened.wait(-1h), outcome::timed_out);
}

TYPED_TEST_P(event_contract, a_limit_ends_the_wait)
{
    const auto event = TypeParam::make(false);
    auto& happened = *event;
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

REGISTER_TYPED_TEST_SUITE_P(event_contract, is_unset_unless_it_is_made_set,
                            lets_a_waiter_through_when_it_is_set, a_second_set_changes_nothing,
                            a_limit_ends_the_wait);

template <class Scope>
class manual_event_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(manual_event_contract);

TYPED_TEST_P(manual_event_contract, lets_everybody_through_until_it_is_reset)
{
    constexpr std::ptrdiff_t many = 64;
    const auto event = TypeParam::make(false);
    auto& happened = *event;
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

TYPED_TEST_P(manual_event_contract, a_reset_right_after_the_set_holds_nobody_back_who_waits)
{
    const auto event = TypeParam::make(false);
    auto& happened = *event;
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

REGISTER_TYPED_TEST_SUITE_P(manual_event_contract, lets_everybody_through_until_it_is_reset,
                            a_reset_right_after_the_set_holds_nobody_back_who_waits);

}  // namespace signalbox::contract
