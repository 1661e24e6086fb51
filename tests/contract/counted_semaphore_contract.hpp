// What a semaphore of any scope promises of several permits at once: all or nothing, and nobody left behind.
//
// Instantiated like tests/contract/semaphore_contract.hpp, for semaphores of more than one permit.
#pragma once

#include <cstddef>
#include <deque>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "signal_storm.hpp"
#include "waiting_line.hpp"

namespace signalbox::contract {

template <class Scope>
class counted_semaphore_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(counted_semaphore_contract);

TYPED_TEST_P(counted_semaphore_contract, several_permits_are_taken_and_given_back_at_once)
{
    const auto semaphore = TypeParam::make(5, 8);
    EXPECT_EQ(semaphore->capacity(), 8);
    semaphore->acquire(3);
    EXPECT_EQ(semaphore->available(), 2);
    semaphore->release(6);
    EXPECT_EQ(semaphore->available(), 8);
    EXPECT_TRUE(semaphore->try_acquire(8));
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->signal(2);
    semaphore->wait(2);
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(counted_semaphore_contract, a_request_takes_all_its_permits_or_none)
{
    const auto semaphore = TypeParam::make(2, 8);
    waiting_line line{*semaphore};
    EXPECT_FALSE(semaphore->try_acquire(3));
    EXPECT_FALSE(semaphore->try_acquire_for(1us, 3));
    EXPECT_FALSE(semaphore->try_acquire_until(clock::now() + 1us, 3));
    EXPECT_EQ(semaphore->acquire(3, 1us), outcome::timed_out);
    EXPECT_EQ(semaphore->available(), 2);
    ASSERT_TRUE(line.joins(5));
    EXPECT_EQ(semaphore->available(), 2) << "a waiter holds nothing yet";
    semaphore->release(2);
    EXPECT_EQ(semaphore->available(), 4);
    EXPECT_EQ(semaphore->waiters(), 1);
    semaphore->release(1);
    EXPECT_EQ(line.outcome_of(0), outcome::acquired);
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(counted_semaphore_contract, a_release_that_would_pass_the_capacity_gives_back_nothing_at_all)
{
    const auto semaphore = TypeParam::make(6, 8);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(3); }));
    EXPECT_EQ(semaphore->available(), 6);
    semaphore->release(2);
    EXPECT_EQ(semaphore->available(), 8);
}

TYPED_TEST_P(counted_semaphore_contract, a_refused_release_disturbs_nobody_else)
{
    const auto semaphore = TypeParam::make(2, 2);
    std::atomic<int> refused{0};
    std::atomic<int> disturbed{0};
    std::deque<task<bool>> mistaken;
    mistaken.emplace_back([&] {
        while (refused.load() < 20'000) {  // one is out at most, so two are always too many
            refused += refusal(std::errc::value_too_large, [&] { semaphore->release(2); }) ? 1 : 0;
        }
        return true;
    });
    auto correct = start([&] {
        while (refused.load() < 20'000) {
            semaphore->acquire();
            disturbed += refusal(std::errc::value_too_large, [&] { semaphore->release(); }) ? 1 : 0;
        }
    });
    signal_storm{20'000}.rages_over(mistaken);
    EXPECT_TRUE(correct.get());
    EXPECT_EQ(disturbed.load(), 0);
    EXPECT_EQ(semaphore->available(), 2);
}

TYPED_TEST_P(counted_semaphore_contract, a_refused_release_hides_no_free_permit)
{
    const auto semaphore = TypeParam::make(2, 2);  // one is out at most, so one is always free
    std::atomic<int> refused{0};
    std::atomic<int> hidden{0};
    std::deque<task<bool>> mistaken;
    mistaken.emplace_back([&] {
        while (refused.load() < 20'000) {
            try {
                semaphore->release();  // sometimes it gives back the other thread's
            } catch (const std::system_error&) {
                ++refused;
            }
        }
        return true;
    });
    auto correct = start([&] {
        const auto gives_back = [&] {
            try {
                semaphore->release();
            } catch (const std::system_error&) {  // the other thread was faster
            }
        };
        while (refused.load() < 20'000) {
            semaphore->try_acquire() ? gives_back() : void(++hidden);
            semaphore->try_acquire_for(0s) ? gives_back() : void(++hidden);
        }
    });
    signal_storm{5'000}.rages_over(mistaken);
    EXPECT_TRUE(correct.get());
    EXPECT_EQ(hidden.load(), 0);
    EXPECT_EQ(semaphore->available(), 2);
}

TYPED_TEST_P(counted_semaphore_contract, one_release_of_many_lets_as_many_waiters_go_on)
{
    const auto semaphore = TypeParam::make(0, 8);
    waiting_line line{*semaphore};
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(line.joins(1));
    }
    semaphore->release(3);
    ASSERT_TRUE(eventually([&] { return line.finished() == 3; }));
    EXPECT_EQ(semaphore->waiters(), 1);
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->release(1);
    EXPECT_TRUE(eventually([&] { return line.finished() == 4; }));
}

TYPED_TEST_P(counted_semaphore_contract, two_releases_wake_two_sleepers)
{
    const auto semaphore = TypeParam::make(0, 2);
    waiting_line line{*semaphore};
    for (int round = 0; round < 200; ++round) {
        ASSERT_TRUE(line.joins(1) && line.joins(1));
        auto other = start([&] { semaphore->release(); });
        semaphore->release();
        ASSERT_TRUE(eventually([&] { return line.finished() == 2; })) << "asleep beside a free permit";
        ASSERT_EQ(semaphore->available(), 0);
        line.clear();
    }
}

TYPED_TEST_P(counted_semaphore_contract, a_cancelled_large_request_lets_the_small_ones_go_on_at_once)
{
    const auto semaphore = TypeParam::make(0, 8);
    waiting_line line{*semaphore};
    platform::stop_source source;
    ASSERT_TRUE(line.joins(3, source.get_token()));
    ASSERT_TRUE(line.joins(1) && line.joins(1));
    semaphore->release(2);
    source.request_stop();
    ASSERT_TRUE(eventually([&] { return line.finished() == 3; })) << "asleep beside a free permit";
    EXPECT_EQ(line.outcome_of(0), outcome::stopped);
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->waiters(), 0);
}

TYPED_TEST_P(counted_semaphore_contract, try_acquire_never_fails_beside_a_free_permit)
{
    constexpr int threads = 3;
    const auto semaphore = TypeParam::make(2 * threads, 2 * threads);  // two for each: always free for each
    std::deque<task<int>> crowd;
    for (int i = 0; i < threads; ++i) {
        crowd.emplace_back([&] {
            int failures = 0;
            for (int round = 0; round < 20'000; ++round) {
                if (semaphore->try_acquire(2)) {
                    semaphore->release(2);
                } else {
                    ++failures;
                }
            }
            return failures;
        });
    }
    for (auto& thread : crowd) {
        EXPECT_EQ(thread.get(), 0);
    }
    EXPECT_EQ(semaphore->available(), 2 * threads);
}

TYPED_TEST_P(counted_semaphore_contract, a_permit_that_comes_back_and_goes_again_does_not_hide_the_next_one)
{
    // 1 -> 0 -> 1 under a waiter that compares: whoever loses the comparison has to look again.
    const auto semaphore = TypeParam::make(1, 1);
    std::atomic<int> flickers{0};
    auto flicker = start([&] {
        while (flickers.load() < 20'000) {
            if (semaphore->try_acquire()) {
                ++flickers;
                semaphore->release();
            }
        }
    });
    while (flickers.load() < 20'000) {
        semaphore->acquire();
        ASSERT_EQ(semaphore->available(), 0);
        semaphore->release();
    }
    EXPECT_TRUE(flicker.get());
    EXPECT_EQ(semaphore->available(), 1);
    EXPECT_EQ(semaphore->waiters(), 0);
}

TYPED_TEST_P(counted_semaphore_contract, a_large_request_is_not_starved_by_small_ones)
{
    const auto semaphore = TypeParam::make(4, 4);
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> small;
    for (int i = 0; i < 3; ++i) {
        small.emplace_back([&] {
            while (!is_over.load()) {
                semaphore->acquire(1);
                dawdle(1'000);
                semaphore->release(1);
            }
            return true;
        });
    }
    auto large = start([&] {
        for (int i = 0; i < 20; ++i) {
            semaphore->acquire(4);
            semaphore->release(4);
        }
    });
    EXPECT_TRUE(large.get());
    is_over.store(true);
    for (auto& thread : small) {
        EXPECT_TRUE(thread.get());
    }
    EXPECT_EQ(semaphore->available(), 4);
}

REGISTER_TYPED_TEST_SUITE_P(counted_semaphore_contract, several_permits_are_taken_and_given_back_at_once,
                            a_request_takes_all_its_permits_or_none,
                            a_release_that_would_pass_the_capacity_gives_back_nothing_at_all,
                            a_refused_release_disturbs_nobody_else, a_refused_release_hides_no_free_permit,
                            one_release_of_many_lets_as_many_waiters_go_on, two_releases_wake_two_sleepers,
                            a_cancelled_large_request_lets_the_small_ones_go_on_at_once,
                            try_acquire_never_fails_beside_a_free_permit,
                            a_permit_that_comes_back_and_goes_again_does_not_hide_the_next_one,
                            a_large_request_is_not_starved_by_small_ones);

}  // namespace signalbox::contract
