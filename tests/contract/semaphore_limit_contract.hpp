// What a semaphore of any scope promises of a wait with a limit: how stops, deadlines and grants end it.
//
// Instantiated like tests/contract/semaphore_contract.hpp; one permit is enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"

namespace signalbox::contract {

template <class Scope>
class semaphore_limit_contract : public ::testing::Test {
protected:
    using semaphore_type = typename Scope::semaphore;
    using timed_call = std::function<bool(semaphore_type&)>;

    /// Every call with a limit, given `span` in each way that a limit can be given.
    template <class Span>
    static std::vector<timed_call> calls_lasting(Span span)
    {
        return {
            [=](semaphore_type& s) { return is_acquired(s.acquire(1, span)); },
            [=](semaphore_type& s) {
                return is_acquired(s.acquire(1, {span, platform::stop_token{}}));
            },
            [=](semaphore_type& s) { return is_acquired(s.wait(1, span)); },
            [=](semaphore_type& s) { return s.try_acquire_for(span); },
            [=](semaphore_type& s) { return s.try_acquire_for(span, 1); },
        };
    }

    template <class Point>
    static std::vector<timed_call> calls_until(Point point)
    {
        return {
            [=](semaphore_type& s) { return is_acquired(s.acquire(1, point)); },
            [=](semaphore_type& s) {
                return is_acquired(s.acquire(1, {point, platform::stop_token{}}));
            },
            [=](semaphore_type& s) { return s.try_acquire_until(point); },
            [=](semaphore_type& s) { return s.try_acquire_until(point, 1); },
        };
    }

    static std::vector<timed_call> all(std::vector<std::vector<timed_call>> lists)
    {
        std::vector<timed_call> calls;
        for (auto& list : lists) {
            calls.insert(calls.end(), list.begin(), list.end());
        }
        return calls;
    }

    static std::vector<timed_call> calls_that_must_not_wait()
    {
        constexpr double no_number = std::numeric_limits<double>::quiet_NaN();
        return all({calls_lasting(0s), calls_lasting(-1ns), calls_lasting(std::chrono::hours::min()),
                    calls_lasting(std::chrono::duration<double>(-1e300)),
                    calls_lasting(std::chrono::duration<double>(no_number)), calls_until(clock::now()),
                    calls_until(clock::time_point::min()), calls_until(std::chrono::system_clock::now()),
                    calls_until(std::chrono::system_clock::time_point::min())});
    }

    static std::vector<timed_call> calls_that_wait_for_ever()
    {
        return all({calls_lasting(std::chrono::hours::max()), calls_lasting(std::chrono::nanoseconds::max()),
                    calls_lasting(std::chrono::duration<double>(1e300)),
                    calls_lasting(std::chrono::duration<std::uint64_t>::max()),
                    calls_until(clock::time_point::max()),
                    calls_until(std::chrono::time_point<clock, std::chrono::duration<double>>::max()),
                    calls_until(std::chrono::system_clock::time_point::max()),
                    calls_until(std::chrono::sys_days::max())});
    }
};

TYPED_TEST_SUITE_P(semaphore_limit_contract);

TYPED_TEST_P(semaphore_limit_contract, a_stop_that_was_already_requested_fails_even_beside_a_free_permit)
{
    platform::stop_source source;
    source.request_stop();
    for (const std::ptrdiff_t initial : {1, 0}) {
        const auto semaphore = TypeParam::make(initial, 1);
        EXPECT_EQ(semaphore->acquire(1, source.get_token()), outcome::stopped);
        EXPECT_EQ(semaphore->acquire(1, {1h, source.get_token()}), outcome::stopped);
        EXPECT_EQ(semaphore->acquire(1, {-1h, source.get_token()}), outcome::stopped) << "looked at first";
        EXPECT_EQ(semaphore->available(), initial);
    }
}

TYPED_TEST_P(semaphore_limit_contract, a_stop_ends_a_wait_and_takes_nothing)
{
    const auto semaphore = TypeParam::make(0, 1);
    platform::stop_source source;
    const auto soon = clock::now() + 24h;
    auto plain = start([&] { return semaphore->acquire(1, source.get_token()); });
    auto timed = start([&] { return semaphore->acquire(1, {soon, source.get_token()}); });
    ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 2; }));
    source.request_stop();
    EXPECT_EQ(plain.get(), outcome::stopped);
    EXPECT_EQ(timed.get(), outcome::stopped);
    EXPECT_EQ(semaphore->waiters(), 0);
    semaphore->release();
    EXPECT_EQ(semaphore->available(), 1);
    EXPECT_TRUE(semaphore->try_acquire());
}

TYPED_TEST_P(semaphore_limit_contract, a_deadline_that_has_passed_takes_what_is_free_and_does_not_wait)
{
    const auto semaphore = TypeParam::make(0, 1);
    for (const auto& call : this->calls_that_must_not_wait()) {
        EXPECT_FALSE(call(*semaphore));
        EXPECT_EQ(semaphore->waiters(), 0);
        semaphore->release();
        EXPECT_TRUE(call(*semaphore));
        EXPECT_EQ(semaphore->available(), 0);
    }
}

TYPED_TEST_P(semaphore_limit_contract, a_limit_beyond_the_clock_waits_until_it_is_granted)
{
    const auto semaphore = TypeParam::make(0, 1);
    for (const auto& call : this->calls_that_wait_for_ever()) {
        auto waiter = start([&] { return call(*semaphore); });
        ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 1; }));
        ASSERT_TRUE(waiter.falls_asleep());
        EXPECT_FALSE(waiter.is_done());
        semaphore->release();
        EXPECT_TRUE(waiter.get());
        EXPECT_EQ(semaphore->available(), 0);
    }
}

TYPED_TEST_P(semaphore_limit_contract, a_wait_never_ends_before_its_deadline)
{
    const auto semaphore = TypeParam::make(0, 1);
    for (const auto span : {1us, 100us, 2000us, 20000us}) {
        for (const auto& call : this->calls_lasting(span)) {
            const auto begin = clock::now();
            EXPECT_FALSE(call(*semaphore));
            EXPECT_GE(clock::now() - begin, span);
        }
        const auto deadline = clock::now() + span;
        EXPECT_EQ(semaphore->acquire(1, deadline), outcome::timed_out);
        EXPECT_GE(clock::now(), deadline);
    }
    EXPECT_EQ(semaphore->waiters(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(semaphore_limit_contract,
                            a_stop_that_was_already_requested_fails_even_beside_a_free_permit,
                            a_stop_ends_a_wait_and_takes_nothing,
                            a_deadline_that_has_passed_takes_what_is_free_and_does_not_wait,
                            a_limit_beyond_the_clock_waits_until_it_is_granted,
                            a_wait_never_ends_before_its_deadline);

}  // namespace signalbox::contract
