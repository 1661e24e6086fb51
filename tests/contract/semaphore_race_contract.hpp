// What a semaphore of any scope promises when grants, time-outs, stops and signals meet: no permit is lost.
//
// Instantiated like tests/contract/semaphore_contract.hpp; one permit is enough.
#pragma once

#include <array>
#include <cstddef>
#include <deque>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "signal_storm.hpp"

namespace signalbox::contract {

/// A moment between nothing and about 200 us, short ones as often as long ones.
inline std::uint32_t moment(dice& chance)
{
    return chance.below(1U << (chance.below(18) + 1));
}

template <class Scope>
class semaphore_race_contract : public ::testing::Test {
protected:
    /// One thread waits within a limit while another releases one permit, and may request a stop.
    template <class Wait, class Release>
    static void race_a_grant(typename Scope::semaphore& semaphore, Wait wait, Release release)
    {
        outcome ended = outcome::acquired;
        race(
            3'000, release, [&](int round) { ended = wait(round); },
            [&](int round) {
                const std::ptrdiff_t left = is_acquired(ended) ? 0 : 1;
                EXPECT_EQ(semaphore.available(), left) << "round " << round << ": " << to_string(ended);
                EXPECT_EQ(semaphore.waiters(), 0);
                EXPECT_EQ(semaphore.try_acquire(), left == 1);
            });
    }
};

TYPED_TEST_SUITE_P(semaphore_race_contract);

TYPED_TEST_P(semaphore_race_contract, a_grant_that_meets_a_time_out_is_neither_lost_nor_doubled)
{
    const auto semaphore = TypeParam::make(0, 1);
    dice here{1};
    dice there{2};
    this->race_a_grant(
        *semaphore, [&](int) { return semaphore->acquire(1, std::chrono::nanoseconds{moment(there)}); },
        [&](int) {
            dawdle(moment(here));
            semaphore->release();
        });
}

TYPED_TEST_P(semaphore_race_contract, a_grant_that_meets_a_stop_is_neither_lost_nor_doubled)
{
    const auto semaphore = TypeParam::make(0, 1);
    std::array<platform::stop_source, 2> sources;  // this round's, and the next one's
    const auto source = [&](int round) -> auto&
    {
        return sources[static_cast<std::size_t>(round) % 2];
    };
    dice here{3};
    this->race_a_grant(
        *semaphore, [&](int round) { return semaphore->acquire(1, source(round).get_token()); },
        [&](int round) {
            source(round + 1) = platform::stop_source{};
            dawdle(moment(here));
            if (here.below(2) == 0) {
                semaphore->release();
                dawdle(here.below(500));
                source(round).request_stop();
            } else {
                source(round).request_stop();
                dawdle(here.below(500));
                semaphore->release();
            }
        });
}

TYPED_TEST_P(semaphore_race_contract, a_permit_that_one_waiter_left_behind_goes_to_the_next)
{
    const auto semaphore = TypeParam::make(0, 1);
    dice here{4};
    for (int round = 0; round < 500; ++round) {
        platform::stop_source source;
        const auto span = std::chrono::microseconds{here.below(200)};
        auto leaves = start([&] { return semaphore->acquire(1, {span, source.get_token()}); });
        auto stays = start([&] { return semaphore->acquire(1, {}); });
        dawdle(moment(here));
        if (here.below(2) == 0) {
            source.request_stop();
        }
        semaphore->release();
        if (is_acquired(leaves.get())) {
            EXPECT_FALSE(stays.is_done());
            semaphore->release();
        }
        ASSERT_EQ(stays.get(), outcome::acquired) << "round " << round;
        ASSERT_EQ(semaphore->available(), 0);
        ASSERT_EQ(semaphore->waiters(), 0);
    }
}

TYPED_TEST_P(semaphore_race_contract, every_released_permit_is_taken_in_a_storm_of_time_outs)
{
    const auto semaphore = TypeParam::make(0, 1);
    std::atomic<int> taken{0};
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> storm;
    for (int i = 0; i < 4; ++i) {
        storm.emplace_back([&] {
            while (!is_over.load()) {
                if (semaphore->try_acquire_for(1us)) {
                    taken.fetch_add(1);
                }
            }
            return true;
        });
    }
    for (int released = 1; released <= 1'000; ++released) {
        semaphore->release();
        ASSERT_TRUE(eventually([&] { return taken.load() == released; })) << released;
    }
    is_over.store(true);
    storm.clear();
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->waiters(), 0);
}

TYPED_TEST_P(semaphore_race_contract, a_wait_that_signals_interrupt_goes_on)
{
    const auto semaphore = TypeParam::make(0, 1);
    constexpr int rounds = 300;
    std::atomic<int> early{0};
    signal_storm signals;
    std::deque<task<int>> threads;
    threads.emplace_back([&] {
        for (int i = 0; i < rounds; ++i) {
            semaphore->acquire();
        }
        return rounds;
    });
    threads.emplace_back([&] {
        int taken = 0;
        while (taken < rounds) {
            const auto deadline = clock::now() + 300us;
            const outcome ended = semaphore->acquire(1, deadline);
            taken += is_acquired(ended) ? 1 : 0;
            early += ended == outcome::timed_out && clock::now() < deadline ? 1 : 0;
        }
        return taken;
    });
    threads.emplace_back([&] {
        for (int i = 0; i < 2 * rounds; ++i) {
            while (semaphore->available() != 0) {
                std::this_thread::yield();
            }
            semaphore->release();
        }
        return rounds;
    });
    signals.rages_over(threads);
    EXPECT_EQ(early.load(), 0);
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->waiters(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(semaphore_race_contract,
                            a_grant_that_meets_a_time_out_is_neither_lost_nor_doubled,
                            a_grant_that_meets_a_stop_is_neither_lost_nor_doubled,
                            a_permit_that_one_waiter_left_behind_goes_to_the_next,
                            every_released_permit_is_taken_in_a_storm_of_time_outs,
                            a_wait_that_signals_interrupt_goes_on);

}  // namespace signalbox::contract
