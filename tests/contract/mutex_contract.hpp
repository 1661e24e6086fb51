// What a mutex of any scope promises: one owner, which is known, and which alone can unlock.
//
// A scope is a type with `name`, `mutex` and `make()`, which returns a pointer to one. It keeps its promises
// in two lines:
//     using my_scopes = ::testing::Types<my_scope>;
//     INSTANTIATE_TYPED_TEST_SUITE_P(my, mutex_contract, my_scopes, scope_name);
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "owners.hpp"

namespace signalbox::contract {

template <class Scope>
class mutex_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(mutex_contract);

TYPED_TEST_P(mutex_contract, the_thread_that_locks_it_is_its_owner)
{
    const auto mutex = TypeParam::make();
    const auto none = decltype(mutex->owner())::none;
    EXPECT_EQ(mutex->owner(), none);
    mutex->lock();
    const auto me = mutex->owner();
    EXPECT_NE(me, none);
    mutex->unlock();
    EXPECT_EQ(mutex->owner(), none);
    {
        other_owner other{*mutex};
        EXPECT_EQ(mutex->owner(), other.id());
        EXPECT_NE(mutex->owner(), none);
        EXPECT_NE(mutex->owner(), me);
    }
    EXPECT_EQ(mutex->owner(), none);
    EXPECT_TRUE(mutex->try_lock());
    EXPECT_EQ(mutex->owner(), me);
    mutex->unlock();
}

TYPED_TEST_P(mutex_contract, an_unlock_by_another_thread_throws_and_names_owner_and_caller)
{
    const auto mutex = TypeParam::make();
    mutex->lock();
    const auto me = mutex->owner();
    mutex->unlock();
    other_owner other{*mutex};
    for (int i = 0; i < 3; ++i) {
        const auto text = refusal(std::errc::operation_not_permitted, [&] { mutex->unlock(); });
        ASSERT_TRUE(text);
        EXPECT_TRUE(names(*text, other.id())) << *text;
        EXPECT_TRUE(names(*text, me)) << *text;
        EXPECT_EQ(mutex->owner(), other.id()) << "it stays locked";
        EXPECT_FALSE(mutex->try_lock());
    }
    other.unlock();
    mutex->lock();  // its owner could unlock it
    EXPECT_EQ(mutex->owner(), me);
    mutex->unlock();
}

TYPED_TEST_P(mutex_contract, an_unlock_by_another_thread_wakes_nobody_who_waits)
{
    const auto mutex = TypeParam::make();
    const auto unlock = [&] { mutex->unlock(); };
    mutex->lock();
    auto waiter = start([&] {
        mutex->lock();
        mutex->unlock();
    });
    ASSERT_TRUE(waiter.falls_asleep());
    auto intruder = start([&] { return bool(refusal(std::errc::operation_not_permitted, unlock)); });
    EXPECT_TRUE(intruder.get());
    EXPECT_FALSE(waiter.is_done());
    mutex->unlock();
    EXPECT_TRUE(waiter.get());
}

TYPED_TEST_P(mutex_contract, an_unlock_of_a_free_mutex_throws)
{
    const auto mutex = TypeParam::make();
    const auto unlock = [&] { mutex->unlock(); };
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, unlock));
    mutex->lock();
    mutex->unlock();
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, unlock));
    auto stranger = start([&] { return bool(refusal(std::errc::operation_not_permitted, unlock)); });
    EXPECT_TRUE(stranger.get()) << "also by a thread that never locked anything";
    EXPECT_TRUE(mutex->try_lock());
    mutex->unlock();
}

TYPED_TEST_P(mutex_contract, locking_again_throws_and_names_owner_and_caller)
{
    const auto mutex = TypeParam::make();
    const auto is_refused = [&](auto call) {
        const auto text = refusal(std::errc::resource_deadlock_would_occur, call);
        return text && names(*text, mutex->owner());
    };
    platform::stop_source source;
    mutex->lock();
    const auto me = mutex->owner();
    EXPECT_TRUE(is_refused([&] { mutex->lock(); }));
    EXPECT_TRUE(is_refused([&] { (void)mutex->lock(limit{}); }));
    EXPECT_TRUE(is_refused([&] { (void)mutex->lock(0s); }));
    EXPECT_TRUE(is_refused([&] { (void)mutex->lock(source.get_token()); }));
    EXPECT_TRUE(is_refused([&] { (void)mutex->try_lock_for(1h); }));
    EXPECT_TRUE(is_refused([&] { (void)mutex->try_lock_until(clock::time_point::max()); }));
    EXPECT_FALSE(mutex->try_lock()) << "that one only says no";
    EXPECT_EQ(mutex->owner(), me);
    mutex->unlock();
    EXPECT_EQ(mutex->owner(), decltype(me)::none) << "once is enough";
}

TYPED_TEST_P(mutex_contract, locking_again_throws_also_while_others_wait)
{
    const auto mutex = TypeParam::make();
    mutex->lock();
    auto waiter = start([&] {
        mutex->lock();
        mutex->unlock();
    });
    ASSERT_TRUE(waiter.falls_asleep());
    EXPECT_TRUE(refusal(std::errc::resource_deadlock_would_occur, [&] { mutex->lock(); }));
    mutex->unlock();
    EXPECT_TRUE(waiter.get());
}

TYPED_TEST_P(mutex_contract, try_lock_fails_only_while_somebody_owns_it)
{
    const auto mutex = TypeParam::make();
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_TRUE(mutex->try_lock());
        mutex->unlock();
    }
    {
        other_owner other{*mutex};
        EXPECT_FALSE(mutex->try_lock());
    }
    EXPECT_TRUE(mutex->try_lock());
    mutex->unlock();
}

TYPED_TEST_P(mutex_contract, it_works_with_the_guards_of_the_standard_library)
{
    const auto mutex = TypeParam::make();
    const auto second = TypeParam::make();
    using mutex_type = std::remove_reference_t<decltype(*mutex)>;
    {
        const std::lock_guard guard{*mutex};
        EXPECT_NE(mutex->owner(), decltype(mutex->owner())::none);
        EXPECT_FALSE((std::unique_lock<mutex_type>{*mutex, std::try_to_lock}.owns_lock()));
    }
    {
        std::unique_lock<mutex_type> guard{*mutex, 1s};
        EXPECT_TRUE(guard.owns_lock());
        guard.unlock();
        EXPECT_TRUE(guard.try_lock_for(1s));
        guard.unlock();
        EXPECT_TRUE(guard.try_lock_until(std::chrono::system_clock::now() + 1s));
    }
    const std::scoped_lock both{*mutex, *second};
    EXPECT_EQ(mutex->owner(), second->owner());
}

TYPED_TEST_P(mutex_contract, scoped_locks_of_two_in_opposite_orders_never_block_each_other)
{
    const auto one = TypeParam::make();
    const auto two = TypeParam::make();
    int count = 0;
    constexpr int rounds = 2'000;
    auto other = start([&] {
        for (int i = 0; i < rounds; ++i) {
            const std::scoped_lock both{*two, *one};
            ++count;
        }
    });
    for (int i = 0; i < rounds; ++i) {
        const std::scoped_lock both{*one, *two};
        ++count;
    }
    EXPECT_TRUE(other.get());
    EXPECT_EQ(count, 2 * rounds);
}

TYPED_TEST_P(mutex_contract, it_works_with_condition_variable_any)
{
    const auto mutex = TypeParam::make();
    std::condition_variable_any changed;
    int turn = 0;
    constexpr int rounds = 500;
    const auto play = [&](int mine) {
        for (int i = 0; i < rounds; ++i) {
            std::unique_lock lock{*mutex};
            changed.wait(lock, [&] { return turn == mine; });
            turn = 1 - mine;
            changed.notify_all();
        }
    };
    auto other = start([&] { play(1); });
    play(0);
    EXPECT_TRUE(other.get());
    const std::lock_guard guard{*mutex};
    EXPECT_EQ(turn, 0);
}

REGISTER_TYPED_TEST_SUITE_P(mutex_contract, the_thread_that_locks_it_is_its_owner,
                            an_unlock_by_another_thread_throws_and_names_owner_and_caller,
                            an_unlock_by_another_thread_wakes_nobody_who_waits,
                            an_unlock_of_a_free_mutex_throws, locking_again_throws_and_names_owner_and_caller,
                            locking_again_throws_also_while_others_wait,
                            try_lock_fails_only_while_somebody_owns_it,
                            it_works_with_the_guards_of_the_standard_library,
                            scoped_locks_of_two_in_opposite_orders_never_block_each_other,
                            it_works_with_condition_variable_any);

}  // namespace signalbox::contract
