// What a semaphore of any scope promises of close(): every wait ends, and no permit is lost.
//
// Instantiated like tests/contract/semaphore_contract.hpp; one permit is enough.
#pragma once

#include <cstddef>
#include <deque>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/permit.hpp>

#include "harness.hpp"
#include "waiting_line.hpp"

namespace signalbox::contract {

template <class Scope>
class closing_contract : public ::testing::Test {
protected:
    using semaphore_type = typename Scope::semaphore;

    static void expect_closed(semaphore_type& semaphore)
    {
        EXPECT_TRUE(semaphore.is_closed());
        EXPECT_FALSE(semaphore.try_acquire());
        EXPECT_FALSE(semaphore.try_acquire_for(1ms));
        EXPECT_FALSE(semaphore.try_acquire_until(clock::now()));
        EXPECT_EQ(semaphore.acquire(1, {}), outcome::closed);
        EXPECT_EQ(semaphore.acquire(1, 24h), outcome::closed);
        EXPECT_EQ(semaphore.acquire(1, -1h), outcome::closed) << "not timed out";
        const auto text = refusal(std::errc::operation_canceled, [&] { semaphore.acquire(); });
        ASSERT_TRUE(text);
        EXPECT_NE(text->find("closed"), std::string::npos) << *text;
        EXPECT_EQ(semaphore.waiters(), 0);
    }
};

TYPED_TEST_SUITE_P(closing_contract);

TYPED_TEST_P(closing_contract, a_closed_semaphore_lets_nobody_in_though_permits_are_free)
{
    for (const std::ptrdiff_t initial : {1, 0}) {
        const auto semaphore = TypeParam::make(initial, 1);
        EXPECT_FALSE(semaphore->is_closed());
        semaphore->close();
        this->expect_closed(*semaphore);
        EXPECT_EQ(semaphore->available(), initial);
        semaphore->close();
        this->expect_closed(*semaphore);
    }
}

TYPED_TEST_P(closing_contract, closing_ends_every_wait)
{
    const auto semaphore = TypeParam::make(0, 1);
    waiting_line line{*semaphore};
    platform::stop_source source;
    ASSERT_TRUE(line.joins(1));
    ASSERT_TRUE(line.joins(1, 24h));
    ASSERT_TRUE(line.joins(1, source.get_token()));
    auto without_limit = start(
        [&] { return refusal(std::errc::operation_canceled, [&] { semaphore->acquire(); }).has_value(); });
    auto by_permit = start([&] { return permit{*semaphore, 1, 24h}.outcome(); });
    ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 5; }));
    EXPECT_EQ(line.finished(), 0);
    semaphore->close();
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(line.outcome_of(i), outcome::closed);
    }
    EXPECT_TRUE(without_limit.get());
    EXPECT_EQ(by_permit.get(), outcome::closed);
    EXPECT_EQ(semaphore->waiters(), 0);
}

TYPED_TEST_P(closing_contract, what_is_out_when_it_closes_may_be_released)
{
    const auto semaphore = TypeParam::make(1, 1);
    {
        const permit held{*semaphore};
        semaphore->close();
        EXPECT_TRUE(held);
        EXPECT_EQ(semaphore->available(), 0);
    }
    EXPECT_EQ(semaphore->available(), 1);
    this->expect_closed(*semaphore);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(); })) << "one too many";
}

TYPED_TEST_P(closing_contract, permits_of_a_closed_semaphore_are_empty)
{
    const auto semaphore = TypeParam::make(1, 1);
    semaphore->close();
    const permit within{*semaphore, 1, 24h};
    EXPECT_FALSE(within);
    EXPECT_EQ(within.outcome(), outcome::closed);
    EXPECT_FALSE((permit{*semaphore, 1, std::try_to_lock}));
    EXPECT_TRUE(refusal(std::errc::operation_canceled, [&] { const permit plain{*semaphore}; }));
    EXPECT_EQ(semaphore->available(), 1);
}

TYPED_TEST_P(closing_contract, a_stop_that_was_already_requested_comes_before_closed)
{
    const auto semaphore = TypeParam::make(1, 1);
    platform::stop_source source;
    source.request_stop();
    semaphore->close();
    EXPECT_EQ(semaphore->acquire(1, source.get_token()), outcome::stopped);
}

TYPED_TEST_P(closing_contract, a_grant_that_meets_the_closing_is_neither_lost_nor_doubled)
{
    dice here{5};
    dice there{6};
    std::unique_ptr<typename TypeParam::semaphore> semaphore;
    for (int round = 0; round < 300; ++round) {
        semaphore = TypeParam::make(0, 1);
        auto waiter = start([&] {
            dawdle(there.below(3'000));
            return semaphore->acquire(1, std::chrono::microseconds{100 + there.below(100)});
        });
        dawdle(here.below(5'000));
        semaphore->release();
        dawdle(here.below(1'000));
        semaphore->close();
        const bool is_taken = is_acquired(waiter.get());
        EXPECT_EQ(semaphore->available(), is_taken ? 0 : 1) << "round " << round;
        EXPECT_EQ(semaphore->waiters(), 0);
    }
}

TYPED_TEST_P(closing_contract, everybody_leaves_a_crowd_that_is_closed)
{
    for (int round = 0; round < 30; ++round) {
        const auto semaphore = TypeParam::make(1, 1);
        std::deque<task<int>> crowd;
        for (std::uint32_t i = 1; i <= 6; ++i) {
            crowd.emplace_back([&, i] {
                dice chance{i};
                int taken = 0;
                for (;;) {
                    const outcome ended = semaphore->acquire(1, chance.below(2) == 0 ? limit{} : limit{20us});
                    if (ended == outcome::closed) {
                        return taken;
                    }
                    if (is_acquired(ended)) {
                        ++taken;
                        dawdle(chance.below(500));
                        semaphore->release();
                    }
                }
            });
        }
        dawdle(100'000);
        semaphore->close();
        crowd.clear();  // everybody leaves
        EXPECT_EQ(semaphore->available(), 1);
        EXPECT_EQ(semaphore->waiters(), 0);
    }
}

REGISTER_TYPED_TEST_SUITE_P(closing_contract, a_closed_semaphore_lets_nobody_in_though_permits_are_free,
                            closing_ends_every_wait, what_is_out_when_it_closes_may_be_released,
                            permits_of_a_closed_semaphore_are_empty,
                            a_stop_that_was_already_requested_comes_before_closed,
                            a_grant_that_meets_the_closing_is_neither_lost_nor_doubled,
                            everybody_leaves_a_crowd_that_is_closed);

}  // namespace signalbox::contract
