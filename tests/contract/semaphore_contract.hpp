// What a semaphore of any scope promises of its count; one permit is enough, so binary ones can take part.
//
// A scope is a type with `name`, `semaphore` and `make(initial, capacity)`, which returns the owner of one.
// It keeps these promises in two lines:
//     using my_scopes = ::testing::Types<my_scope>;
//     INSTANTIATE_TYPED_TEST_SUITE_P(my, semaphore_contract, my_scopes, scope_name);
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"

namespace signalbox::contract {

template <class Scope>
class semaphore_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(semaphore_contract);

TYPED_TEST_P(semaphore_contract, an_acquired_permit_is_gone_until_it_is_released)
{
    const auto semaphore = TypeParam::make(1, 1);
    EXPECT_EQ(semaphore->available(), 1);
    EXPECT_EQ(semaphore->capacity(), 1);
    EXPECT_GE(std::remove_reference_t<decltype(*semaphore)>::max(), 1);
    semaphore->acquire();
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_FALSE(semaphore->try_acquire());
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->release();
    EXPECT_EQ(semaphore->available(), 1);
    EXPECT_TRUE(semaphore->try_acquire());
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(semaphore_contract, wait_and_signal_are_names_for_acquire_and_release)
{
    const auto semaphore = TypeParam::make(0, 1);
    semaphore->signal();
    EXPECT_EQ(semaphore->available(), 1);
    semaphore->wait();
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->signal(1);
    semaphore->wait(1);
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->wait(1, 0s), outcome::timed_out);
}

TYPED_TEST_P(semaphore_contract, a_release_past_the_capacity_throws_value_too_large_and_changes_nothing)
{
    const auto semaphore = TypeParam::make(1, 1);
    for (const std::ptrdiff_t n : {std::ptrdiff_t{1}, std::ptrdiff_t{2}, PTRDIFF_MAX}) {
        EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(n); })) << n;
        EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->signal(n); })) << n;
        EXPECT_EQ(semaphore->available(), 1);
    }
    semaphore->acquire();
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(2); }));
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_FALSE(semaphore->try_acquire());
    semaphore->release();
    EXPECT_EQ(semaphore->available(), 1);
}

TYPED_TEST_P(semaphore_contract, a_request_larger_than_the_capacity_throws_invalid_argument_at_once)
{
    const auto semaphore = TypeParam::make(1, 1);
    for (const std::ptrdiff_t n : {std::ptrdiff_t{2}, PTRDIFF_MAX}) {
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { semaphore->acquire(n); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { semaphore->wait(n); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)semaphore->acquire(n, {}); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)semaphore->acquire(n, 1h); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)semaphore->acquire(n, -1s); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)semaphore->try_acquire_for(1h, n); }));
        EXPECT_TRUE(refusal(std::errc::invalid_argument,
                            [&] { (void)semaphore->try_acquire_until(clock::time_point::max(), n); }));
        EXPECT_FALSE(semaphore->try_acquire(n));
        EXPECT_EQ(semaphore->available(), 1);
        EXPECT_EQ(semaphore->waiters(), 0);
    }
}

TYPED_TEST_P(semaphore_contract, a_negative_count_throws_invalid_argument_and_changes_nothing)
{
    const auto semaphore = TypeParam::make(1, 1);
    for (const std::ptrdiff_t n : {std::ptrdiff_t{-1}, PTRDIFF_MIN}) {
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { semaphore->acquire(n); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)semaphore->acquire(n, 1h); })) << n;
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)semaphore->try_acquire_for(1h, n); }));
        EXPECT_TRUE(refusal(std::errc::invalid_argument,
                            [&] { (void)semaphore->try_acquire_until(clock::now(), n); }));
        EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { semaphore->release(n); })) << n;
        EXPECT_FALSE(semaphore->try_acquire(n)) << "noexcept: it can only refuse";
        EXPECT_EQ(semaphore->available(), 1);
    }
}

TYPED_TEST_P(semaphore_contract, no_permits_at_all_can_always_be_acquired_and_released)
{
    const auto semaphore = TypeParam::make(0, 1);
    auto waiter = start([&] { semaphore->acquire(); });
    ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 1; }));
    semaphore->acquire(0);
    EXPECT_EQ(semaphore->acquire(0, {}), outcome::acquired);
    EXPECT_EQ(semaphore->acquire(0, -1s), outcome::acquired);
    platform::stop_source source;
    source.request_stop();
    EXPECT_EQ(semaphore->acquire(0, source.get_token()), outcome::acquired);
    EXPECT_TRUE(semaphore->try_acquire(0));
    EXPECT_TRUE(semaphore->try_acquire_for(-1s, 0));
    EXPECT_TRUE(semaphore->try_acquire_until(clock::time_point::min(), 0));
    semaphore->release(0);
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->waiters(), 1);
    EXPECT_FALSE(waiter.is_done());
    semaphore->release();
    EXPECT_TRUE(waiter.get());
}

TYPED_TEST_P(semaphore_contract, a_released_permit_lets_exactly_one_waiter_go_on)
{
    const auto semaphore = TypeParam::make(0, 1);
    auto one = start([&] { semaphore->acquire(); });
    auto other = start([&] { semaphore->acquire(); });
    ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 2; }));
    EXPECT_FALSE(one.is_done() || other.is_done());
    semaphore->release();
    ASSERT_TRUE(eventually([&] { return one.is_done() || other.is_done(); }));
    EXPECT_TRUE(eventually([&] { return semaphore->waiters() == 1; }));
    EXPECT_NE(one.is_done(), other.is_done());
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->release();
    EXPECT_TRUE(one.get() && other.get());
    EXPECT_EQ(semaphore->waiters(), 0);
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(semaphore_contract, what_was_written_before_the_release_is_seen_after_the_acquire)
{
    const auto full = TypeParam::make(0, 1);
    const auto empty = TypeParam::make(1, 1);
    int slot = 0;  // no atomic: the semaphores order every access
    constexpr int rounds = 20'000;
    auto producer = start([&] {
        for (int i = 1; i <= rounds; ++i) {
            empty->acquire();
            slot = i;
            full->release();
        }
    });
    for (int i = 1; i <= rounds; ++i) {
        full->acquire();
        ASSERT_EQ(slot, i);
        empty->release();
    }
    EXPECT_TRUE(producer.get());
}

REGISTER_TYPED_TEST_SUITE_P(semaphore_contract, an_acquired_permit_is_gone_until_it_is_released,
                            wait_and_signal_are_names_for_acquire_and_release,
                            a_release_past_the_capacity_throws_value_too_large_and_changes_nothing,
                            a_request_larger_than_the_capacity_throws_invalid_argument_at_once,
                            a_negative_count_throws_invalid_argument_and_changes_nothing,
                            no_permits_at_all_can_always_be_acquired_and_released,
                            a_released_permit_lets_exactly_one_waiter_go_on,
                            what_was_written_before_the_release_is_seen_after_the_acquire);

}  // namespace signalbox::contract
