// What a mutex of any scope promises of a wait: who excludes whom, and how limits, stops and unlocks end it.
//
// Instantiated like tests/contract/mutex_contract.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "signal_storm.hpp"

namespace signalbox::contract {

template <class Scope>
class mutex_limit_contract : public ::testing::Test {
protected:
    using mutex_type = typename Scope::mutex;
    using timed_call = std::function<bool(mutex_type&)>;

    /// Every call with a limit, given `span` in each way that a limit can be given.
    template <class Span>
    static void add_lasting(std::vector<timed_call>& calls, Span span)
    {
        calls.push_back([=](mutex_type& m) { return is_acquired(m.lock(span)); });
        calls.push_back([=](mutex_type& m) { return is_acquired(m.lock({span, platform::stop_token{}})); });
        calls.push_back([=](mutex_type& m) { return m.try_lock_for(span); });
    }

    template <class Point>
    static void add_until(std::vector<timed_call>& calls, Point point)
    {
        calls.push_back([=](mutex_type& m) { return is_acquired(m.lock(point)); });
        calls.push_back([=](mutex_type& m) { return m.try_lock_until(point); });
    }

    static std::vector<timed_call> calls_that_must_not_wait()
    {
        std::vector<timed_call> calls;
        add_lasting(calls, 0s);
        add_lasting(calls, std::chrono::hours::min());
        add_lasting(calls, std::chrono::duration<double>(-1e300));
        add_lasting(calls, std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()));
        add_until(calls, clock::now());
        add_until(calls, clock::time_point::min());
        add_until(calls, std::chrono::system_clock::time_point::min());
        return calls;
    }

    static std::vector<timed_call> calls_that_wait_for_ever()
    {
        std::vector<timed_call> calls;
        add_lasting(calls, std::chrono::hours::max());
        add_lasting(calls, std::chrono::duration<double>(1e300));
        add_lasting(calls, std::chrono::duration<std::uint64_t>::max());
        add_until(calls, clock::time_point::max());
        add_until(calls, std::chrono::system_clock::time_point::max());
        return calls;
    }
};

TYPED_TEST_SUITE_P(mutex_limit_contract);

TYPED_TEST_P(mutex_limit_contract, an_unlock_ends_a_wait)
{
    const auto mutex = TypeParam::make();
    mutex->lock();
    std::deque<task<outcome>> waiters;
    for (int i = 0; i < 4; ++i) {
        waiters.emplace_back([&] {
            const outcome ended = mutex->lock(limit{});
            mutex->unlock();
            return ended;
        });
        ASSERT_TRUE(waiters.back().falls_asleep());
        EXPECT_FALSE(waiters.back().is_done());
    }
    mutex->unlock();
    for (auto& waiter : waiters) {
        EXPECT_EQ(waiter.get(), outcome::acquired);
    }
    EXPECT_TRUE(mutex->try_lock());
    mutex->unlock();
}

TYPED_TEST_P(mutex_limit_contract, a_stop_that_was_already_requested_fails_even_if_it_is_free)
{
    const auto mutex = TypeParam::make();
    platform::stop_source source;
    source.request_stop();
    EXPECT_EQ(mutex->lock(source.get_token()), outcome::stopped);
    EXPECT_EQ(mutex->lock({1h, source.get_token()}), outcome::stopped);
    EXPECT_EQ(mutex->lock({-1h, source.get_token()}), outcome::stopped);
    EXPECT_TRUE(mutex->try_lock());
    mutex->unlock();
}

TYPED_TEST_P(mutex_limit_contract, a_stop_ends_a_wait_and_takes_nothing)
{
    const auto mutex = TypeParam::make();
    platform::stop_source source;
    mutex->lock();
    const auto me = mutex->owner();
    auto plain = start([&] { return mutex->lock(source.get_token()); });
    auto timed = start([&] { return mutex->lock({24h, source.get_token()}); });
    ASSERT_TRUE(plain.falls_asleep() && timed.falls_asleep());
    EXPECT_FALSE(plain.is_done() || timed.is_done());
    source.request_stop();
    EXPECT_EQ(plain.get(), outcome::stopped);
    EXPECT_EQ(timed.get(), outcome::stopped);
    EXPECT_EQ(mutex->owner(), me);
    mutex->unlock();
    EXPECT_TRUE(mutex->try_lock());
    mutex->unlock();
}

TYPED_TEST_P(mutex_limit_contract, a_deadline_that_has_passed_takes_what_is_free_and_does_not_wait)
{
    const auto mutex = TypeParam::make();
    for (const auto& call : this->calls_that_must_not_wait()) {
        mutex->lock();
        auto other = start([&] { return call(*mutex); });
        EXPECT_FALSE(other.get());
        mutex->unlock();
        EXPECT_TRUE(call(*mutex));
        mutex->unlock();
    }
}

TYPED_TEST_P(mutex_limit_contract, a_limit_beyond_the_clock_waits_until_it_is_granted)
{
    const auto mutex = TypeParam::make();
    for (const auto& call : this->calls_that_wait_for_ever()) {
        mutex->lock();
        auto waiter = start([&] {
            const bool is_locked = call(*mutex);
            mutex->unlock();
            return is_locked;
        });
        ASSERT_TRUE(waiter.falls_asleep());
        EXPECT_FALSE(waiter.is_done());
        mutex->unlock();
        EXPECT_TRUE(waiter.get());
    }
}

TYPED_TEST_P(mutex_limit_contract, a_wait_never_ends_before_its_deadline)
{
    const auto mutex = TypeParam::make();
    mutex->lock();
    std::deque<task<outcome>> waiters;
    auto early = start([&] {
        int count = 0;
        for (const auto span : {1us, 100us, 2'000us, 20'000us}) {
            const auto deadline = clock::now() + span;
            count += mutex->lock(deadline) != outcome::timed_out || clock::now() < deadline ? 1 : 0;
            const auto next = clock::now() + span;
            count += mutex->try_lock_for(span) || clock::now() < next ? 1 : 0;
        }
        return count;
    });
    waiters.emplace_back([&] { return mutex->lock(50ms); });  // one more, so that there is a queue
    signal_storm{}.rages_over(waiters);
    EXPECT_EQ(early.get(), 0);
    EXPECT_EQ(waiters.front().get(), outcome::timed_out);
    mutex->unlock();
}

TYPED_TEST_P(mutex_limit_contract, a_grant_that_meets_a_time_out_or_a_stop_is_neither_lost_nor_doubled)
{
    const auto mutex = TypeParam::make();
    const auto none = decltype(mutex->owner())::none;
    dice here{5};
    dice there{6};
    platform::stop_source source;
    outcome ended = outcome::acquired;
    std::atomic<int> locked{0};
    race(
        3'000,
        [&](int round) {
            mutex->lock();
            locked.store(round);
            dawdle(here.below(1U << (here.below(18) + 1)));
            if (here.below(2) == 0) {
                source.request_stop();
            }
            mutex->unlock();
        },
        [&](int round) {
            require([&] { return locked.load() == round; });
            ended = mutex->lock({std::chrono::nanoseconds{there.below(300'000)}, source.get_token()});
            if (is_acquired(ended)) {
                mutex->unlock();
            }
        },
        [&](int round) {
            EXPECT_EQ(mutex->owner(), none) << "round " << round << ": " << to_string(ended);
            EXPECT_TRUE(mutex->try_lock());
            mutex->unlock();
            source = platform::stop_source{};
        });
}

TYPED_TEST_P(mutex_limit_contract, every_unlock_is_followed_by_a_lock_in_a_storm_of_time_outs)
{
    const auto mutex = TypeParam::make();
    std::atomic<int> taken{0};
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> storm;
    for (int i = 0; i < 4; ++i) {
        storm.emplace_back([&] {
            while (!is_over.load()) {
                if (mutex->try_lock_for(1us)) {
                    taken.fetch_add(1);
                    mutex->unlock();
                }
            }
            return true;
        });
    }
    for (int round = 0; round < 100; ++round) {
        mutex->lock();
        const int before = taken.load();
        mutex->unlock();
        ASSERT_TRUE(eventually([&] { return taken.load() > before; })) << round;
    }
    is_over.store(true);
    storm.clear();
    EXPECT_EQ(mutex->owner(), decltype(mutex->owner())::none);
}

REGISTER_TYPED_TEST_SUITE_P(mutex_limit_contract, an_unlock_ends_a_wait,
                            a_stop_that_was_already_requested_fails_even_if_it_is_free,
                            a_stop_ends_a_wait_and_takes_nothing,
                            a_deadline_that_has_passed_takes_what_is_free_and_does_not_wait,
                            a_limit_beyond_the_clock_waits_until_it_is_granted,
                            a_wait_never_ends_before_its_deadline,
                            a_grant_that_meets_a_time_out_or_a_stop_is_neither_lost_nor_doubled,
                            every_unlock_is_followed_by_a_lock_in_a_storm_of_time_outs);

}  // namespace signalbox::contract
