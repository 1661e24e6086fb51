// What a recursive mutex of any scope promises beyond a mutex: its owner may lock it again.
//
// Instantiated like tests/contract/mutex_contract.hpp; its waits keep mutex_limit_contract.hpp.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "owners.hpp"

namespace signalbox::contract {

template <class Scope>
class recursive_mutex_contract : public ::testing::Test {
protected:
    using mutex_type = typename Scope::mutex;

    /// Every way to lock it.
    static std::vector<std::function<bool(mutex_type&)>> ways_in()
    {
        return {
            [](mutex_type& m) {
                m.lock();
                return true;
            },
            [](mutex_type& m) { return m.try_lock(); },
            [](mutex_type& m) { return is_acquired(m.lock(limit{})); },
            [](mutex_type& m) { return is_acquired(m.lock(0s)); },
            [](mutex_type& m) { return is_acquired(m.lock(platform::stop_source{}.get_token())); },
            [](mutex_type& m) { return m.try_lock_for(-1h); },
            [](mutex_type& m) { return m.try_lock_until(clock::now()); },
        };
    }
};

TYPED_TEST_SUITE_P(recursive_mutex_contract);

TYPED_TEST_P(recursive_mutex_contract, its_owner_locks_it_again_in_every_way_and_unlocks_it_as_often)
{
    const auto mutex = TypeParam::make();
    const auto none = decltype(mutex->owner())::none;
    for (const auto& first : this->ways_in()) {
        for (const auto& again : this->ways_in()) {
            EXPECT_EQ(mutex->depth(), 0U);
            ASSERT_TRUE(first(*mutex));
            const auto me = mutex->owner();
            EXPECT_NE(me, none);
            for (std::uint32_t depth = 2; depth < 5; ++depth) {
                ASSERT_TRUE(again(*mutex));
                EXPECT_EQ(mutex->depth(), depth);
                EXPECT_EQ(mutex->owner(), me);
            }
            for (int i = 0; i < 3; ++i) {
                mutex->unlock();
                EXPECT_EQ(mutex->owner(), me) << "once locked it is still owned";
            }
            mutex->unlock();
            EXPECT_EQ(mutex->owner(), none);
        }
    }
}

TYPED_TEST_P(recursive_mutex_contract, others_stay_out_until_the_last_unlock)
{
    const auto mutex = TypeParam::make();
    mutex->lock();
    mutex->lock();
    auto tries = [&] { return start([&] { return mutex->try_lock(); }).get(); };
    EXPECT_FALSE(tries());
    auto waiter = start([&] {
        mutex->lock();
        const auto depth = mutex->depth();
        mutex->unlock();
        return depth;
    });
    ASSERT_TRUE(waiter.falls_asleep());
    mutex->unlock();
    EXPECT_FALSE(tries());
    EXPECT_FALSE(waiter.is_done());
    mutex->unlock();
    EXPECT_EQ(waiter.get(), 1U) << "the next owner begins anew";
}

TYPED_TEST_P(recursive_mutex_contract, an_unlock_by_another_thread_throws_at_every_depth)
{
    const auto mutex = TypeParam::make();
    const auto unlock = [&] { mutex->unlock(); };
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, unlock)) << "free";
    for (std::uint32_t depth = 1; depth < 4; ++depth) {
        mutex->lock();
        const auto me = mutex->owner();
        EXPECT_TRUE(start([&] {
                        const auto text = refusal(std::errc::operation_not_permitted, unlock);
                        return text && names(*text, me) && mutex->depth() == 0;
                    }).get());
        EXPECT_EQ(mutex->depth(), depth) << "it stays as it was";
    }
    for (int i = 0; i < 3; ++i) {
        mutex->unlock();
    }
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, unlock)) << "once too often";
    EXPECT_EQ(mutex->depth(), 0U);
}

TYPED_TEST_P(recursive_mutex_contract, a_stop_that_was_already_requested_fails_for_the_owner_too)
{
    const auto mutex = TypeParam::make();
    platform::stop_source source;
    source.request_stop();
    mutex->lock();
    EXPECT_EQ(mutex->lock(source.get_token()), outcome::stopped);
    EXPECT_EQ(mutex->lock({1h, source.get_token()}), outcome::stopped);
    EXPECT_EQ(mutex->depth(), 1U);
    mutex->unlock();
}

TYPED_TEST_P(recursive_mutex_contract, one_lock_too_many_throws_and_changes_nothing)
{
    const auto mutex = TypeParam::make();
    const std::uint32_t most = mutex->max_depth();
    for (std::uint32_t i = 0; i < most; ++i) {
        mutex->lock();
    }
    EXPECT_EQ(mutex->depth(), most);
    for (int i = 0; i < 2; ++i) {
        const auto text = refusal(std::errc::value_too_large, [&] { mutex->lock(); });
        ASSERT_TRUE(text);
        EXPECT_TRUE(names(*text, mutex->owner())) << *text;
        EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { (void)mutex->lock(1s); }));
        EXPECT_FALSE(mutex->try_lock()) << "that one only says no";
    }
    EXPECT_EQ(mutex->depth(), most);
    for (std::uint32_t i = 0; i < most; ++i) {
        mutex->unlock();
    }
    EXPECT_EQ(mutex->owner(), decltype(mutex->owner())::none);
}

TYPED_TEST_P(recursive_mutex_contract, a_recursion_through_guards_is_exclusive)
{
    const auto mutex = TypeParam::make();
    std::condition_variable_any changed;
    int count = 0;
    const std::function<void(int)> count_down = [&](int depth) {
        const std::lock_guard guard{*mutex};
        const int before = count;
        if (depth > 0) {
            count_down(depth - 1);
        }
        count += count == before + depth ? 1 : 1000;
    };
    std::deque<task<bool>> others;
    constexpr int rounds = 500;
    for (int i = 0; i < 3; ++i) {
        others.emplace_back([&] {
            for (int round = 0; round < rounds; ++round) {
                count_down(4);
            }
            changed.notify_all();
            return true;
        });
    }
    std::unique_lock lock{*mutex};
    changed.wait(lock, [&] { return count >= 3 * rounds * 5; });
    EXPECT_EQ(count, 3 * rounds * 5);
    const std::scoped_lock again{*mutex};
    EXPECT_EQ(mutex->depth(), 2U);
}

REGISTER_TYPED_TEST_SUITE_P(recursive_mutex_contract,
                            its_owner_locks_it_again_in_every_way_and_unlocks_it_as_often,
                            others_stay_out_until_the_last_unlock,
                            an_unlock_by_another_thread_throws_at_every_depth,
                            a_stop_that_was_already_requested_fails_for_the_owner_too,
                            one_lock_too_many_throws_and_changes_nothing,
                            a_recursion_through_guards_is_exclusive);

}  // namespace signalbox::contract
