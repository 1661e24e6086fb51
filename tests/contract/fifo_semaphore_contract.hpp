// What a first-in-first-out semaphore of any scope promises: its queue is the order in which it serves.
//
// Instantiated like tests/contract/semaphore_contract.hpp, for semaphores of more than one permit.
#pragma once

#include <cstddef>
#include <deque>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "waiting_line.hpp"

namespace signalbox::contract {

template <class Scope>
class fifo_semaphore_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(fifo_semaphore_contract);

TYPED_TEST_P(fifo_semaphore_contract, waiters_are_served_in_the_order_in_which_they_came)
{
    const auto semaphore = TypeParam::make(0, 8);
    waiting_line line{*semaphore};
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(line.joins(1));
    }
    for (std::size_t served = 1; served <= 6; ++served) {
        semaphore->release();
        ASSERT_TRUE(line.are_done(served)) << served;
        ASSERT_EQ(semaphore->available(), 0);
    }
}

TYPED_TEST_P(fifo_semaphore_contract, requests_of_any_size_are_served_in_order)
{
    const auto semaphore = TypeParam::make(0, 8);
    waiting_line line{*semaphore};
    for (const std::ptrdiff_t n : {1, 3, 2, 5, 1}) {
        ASSERT_TRUE(line.joins(n));
    }
    semaphore->release(5);
    ASSERT_TRUE(line.are_done(2));
    EXPECT_EQ(semaphore->available(), 1);
    semaphore->release(1);
    ASSERT_TRUE(line.are_done(3));
    semaphore->release(4);
    ASSERT_TRUE(line.are_done(3)) << "five are asked for, four are there";
    EXPECT_EQ(semaphore->available(), 4);
    semaphore->release(2);
    ASSERT_TRUE(line.are_done(5));
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(fifo_semaphore_contract, a_large_request_at_the_head_is_not_overtaken)
{
    const auto semaphore = TypeParam::make(2, 8);
    waiting_line line{*semaphore};
    ASSERT_TRUE(line.joins(4));
    EXPECT_FALSE(semaphore->try_acquire()) << "two are free, but it is not our turn";
    EXPECT_FALSE(semaphore->try_acquire_for(0s));
    EXPECT_FALSE(semaphore->try_acquire_for(100us));
    EXPECT_EQ(semaphore->acquire(1, clock::now()), outcome::timed_out);
    EXPECT_EQ(semaphore->available(), 2);
    ASSERT_TRUE(line.joins(1)) << "a newcomer stands behind";
    semaphore->release(1);
    EXPECT_TRUE(line.are_done(0));
    EXPECT_EQ(semaphore->available(), 3);
    semaphore->release(1);
    EXPECT_TRUE(line.are_done(1));
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->release(1);
    EXPECT_TRUE(line.are_done(2));
}

TYPED_TEST_P(fifo_semaphore_contract, a_cancelled_head_lets_the_next_ones_go_on_at_once)
{
    const auto semaphore = TypeParam::make(3, 8);
    waiting_line line{*semaphore};
    platform::stop_source source;
    ASSERT_TRUE(line.joins(4, source.get_token()));
    ASSERT_TRUE(line.joins(2) && line.joins(1) && line.joins(1));
    source.request_stop();
    ASSERT_TRUE(line.are_done(3)) << "nobody released anything, and nobody needed to";
    EXPECT_EQ(line.outcome_of(0), outcome::stopped);
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->release(1);
    EXPECT_TRUE(line.are_done(4));
}

TYPED_TEST_P(fifo_semaphore_contract, a_timed_out_head_lets_the_next_ones_go_on_at_once)
{
    for (auto patience_of_the_head = 5ms;; patience_of_the_head *= 2) {
        const auto semaphore = TypeParam::make(3, 8);
        waiting_line line{*semaphore};
        const auto deadline = clock::now() + patience_of_the_head;
        line.adds(4, deadline);
        ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 1 || clock::now() > deadline; }));
        line.adds(2);
        ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 2 || clock::now() > deadline; }));
        const bool is_in_time = semaphore->waiters() == 2 && clock::now() < deadline;
        ASSERT_TRUE(line.are_done(2)) << "nobody released anything, and nobody needed to";
        EXPECT_EQ(line.outcome_of(0), outcome::timed_out);
        EXPECT_EQ(semaphore->available(), 1);
        if (is_in_time) {
            return;  // otherwise the head had gone before anybody stood behind it: give it longer
        }
    }
}

TYPED_TEST_P(fifo_semaphore_contract, one_that_leaves_the_middle_of_the_queue_changes_no_turn)
{
    const auto semaphore = TypeParam::make(0, 8);
    waiting_line line{*semaphore};
    platform::stop_source source;
    ASSERT_TRUE(line.joins(1) && line.joins(2, source.get_token()));
    ASSERT_TRUE(line.joins(1) && line.joins(1));
    source.request_stop();
    ASSERT_TRUE(line.are_done(0, {1}));
    EXPECT_EQ(semaphore->waiters(), 3);
    semaphore->release();
    ASSERT_TRUE(line.are_done(2));
    semaphore->release();
    ASSERT_TRUE(line.are_done(3));
    semaphore->release();
    ASSERT_TRUE(line.are_done(4));
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(fifo_semaphore_contract, try_acquire_takes_what_nobody_waits_for)
{
    const auto semaphore = TypeParam::make(1, 8);
    waiting_line line{*semaphore};
    EXPECT_TRUE(semaphore->try_acquire());
    ASSERT_TRUE(line.joins(1));
    EXPECT_FALSE(semaphore->try_acquire());
    semaphore->release(2);
    ASSERT_TRUE(line.are_done(1));
    EXPECT_TRUE(semaphore->try_acquire()) << "the queue is empty again";
    EXPECT_EQ(semaphore->available(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(fifo_semaphore_contract, waiters_are_served_in_the_order_in_which_they_came,
                            requests_of_any_size_are_served_in_order,
                            a_large_request_at_the_head_is_not_overtaken,
                            a_cancelled_head_lets_the_next_ones_go_on_at_once,
                            a_timed_out_head_lets_the_next_ones_go_on_at_once,
                            one_that_leaves_the_middle_of_the_queue_changes_no_turn,
                            try_acquire_takes_what_nobody_waits_for);

}  // namespace signalbox::contract
