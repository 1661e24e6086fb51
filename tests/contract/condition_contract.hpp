// What a condition variable of any scope promises of waits and notifies without limits.
//
// A scope is a type with `name`, `mutex` and `condition`, both default constructible. It keeps its promises
// in two lines:
//     using my_scopes = ::testing::Types<my_scope>;
//     INSTANTIATE_TYPED_TEST_SUITE_P(my, condition_contract, my_scopes, scope_name);
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "waiting_room.hpp"

namespace signalbox::contract {

template <class Scope>
class condition_contract : public ::testing::Test {
protected:
    using room_type = waiting_room<Scope>;

    /// Adds threads that wait, and returns when they do.
    static void fill(room_type& room, std::deque<task<bool>>& threads, int count)
    {
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([&room] { return room.waits(); });
            require([&] { return room.count(&room_type::waiting) == i + 1; });
        }
    }
};

TYPED_TEST_SUITE_P(condition_contract);

TYPED_TEST_P(condition_contract, a_notify_before_a_wait_is_not_remembered)
{
    waiting_room<TypeParam> room;
    room.condition.notify_one();
    room.condition.notify_all();
    std::unique_lock lock{room.mutex};
    room.condition.notify_one();
    EXPECT_EQ(room.condition.wait(lock, 5ms), outcome::timed_out);
    room.condition.notify_all();
    EXPECT_EQ(room.condition.wait(lock, 5ms), outcome::timed_out);
}

TYPED_TEST_P(condition_contract, as_many_notify_one_as_there_are_waiters_let_all_go_on)
{
    constexpr int threads = 8;
    waiting_room<TypeParam> room;
    std::deque<task<bool>> waiters;
    this->fill(room, waiters, threads);
    for (int i = 1; i <= threads; ++i) {
        room.condition.notify_one();
        ASSERT_TRUE(eventually([&] { return room.count(&waiting_room<TypeParam>::notified) == i; }));
        EXPECT_EQ(room.count(&waiting_room<TypeParam>::waiting), threads - i) << "exactly one went on";
    }
}

TYPED_TEST_P(condition_contract, many_notify_one_in_a_row_are_not_taken_for_one)
{
    constexpr int threads = 8;
    waiting_room<TypeParam> room;
    std::deque<task<bool>> waiters;
    this->fill(room, waiters, threads);
    {
        const std::lock_guard lock{room.mutex};
        for (int i = 0; i < threads / 2; ++i) {
            room.condition.notify_one();
        }
    }
    ASSERT_TRUE(room.holds(threads / 2));
    for (int i = 0; i < threads / 2; ++i) {
        room.condition.notify_one();
    }
    ASSERT_TRUE(room.holds(0));
}

TYPED_TEST_P(condition_contract, notify_all_lets_all_go_on)
{
    constexpr int threads = 16;
    for (const bool is_held : {false, true}) {
        waiting_room<TypeParam> room;
        std::deque<task<bool>> waiters;
        this->fill(room, waiters, threads);
        if (is_held) {
            const std::lock_guard lock{room.mutex};
            room.condition.notify_all();
            EXPECT_EQ(room.waiting, threads) << "nobody goes on before the mutex is free";
        } else {
            room.condition.notify_all();
        }
        ASSERT_TRUE(room.holds(0));
    }
}

TYPED_TEST_P(condition_contract, who_has_waited_longest_is_notified_first)
{
    constexpr int threads = 6;
    waiting_room<TypeParam> room;
    std::vector<int> order;
    std::deque<task<bool>> waiters;
    for (int i = 0; i < threads; ++i) {
        waiters.emplace_back([&, i] {
            return room.waits([&](auto& lock) {
                room.condition.wait(lock);
                order.push_back(i);
                return true;
            });
        });
        ASSERT_TRUE(room.holds(i + 1));
    }
    for (int left = threads - 1; left >= 0; --left) {
        room.condition.notify_one();
        ASSERT_TRUE(room.holds(left));
    }
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TYPED_TEST_P(condition_contract, a_wait_with_a_predicate_goes_on_when_it_holds)
{
    waiting_room<TypeParam> room;
    {
        std::unique_lock lock{room.mutex};
        room.condition.wait(lock, [] { return true; });
        EXPECT_EQ(room.condition.wait(lock, limit{}, [] { return true; }), outcome::acquired);
        EXPECT_TRUE(lock.owns_lock());
    }
    auto waiter = start([&] {
        return room.waits([&](auto& lock) {
            room.condition.wait(lock, [&] { return room.is_open; });
            return room.is_open;
        });
    });
    ASSERT_TRUE(room.holds(1));
    room.condition.notify_all();
    EXPECT_EQ(room.count(&waiting_room<TypeParam>::waiting), 1) << "it does not hold yet";
    {
        const std::lock_guard lock{room.mutex};
        room.is_open = true;
    }
    room.condition.notify_one();
    EXPECT_TRUE(waiter.get());
}

TYPED_TEST_P(condition_contract, an_exception_of_the_predicate_leaves_the_mutex_locked)
{
    waiting_room<TypeParam> room;
    auto waiter = start([&] {
        return room.waits([&](auto& lock) {
            bool is_first = true;
            try {
                room.condition.wait(lock, [&]() -> bool {
                    if (!std::exchange(is_first, false)) {
                        throw std::runtime_error("no");
                    }
                    return false;
                });
            } catch (const std::runtime_error&) {
                return lock.owns_lock();
            }
            return false;
        });
    });
    ASSERT_TRUE(room.holds(1));
    room.condition.notify_one();
    EXPECT_TRUE(waiter.get());
}

TYPED_TEST_P(condition_contract, a_wait_without_owning_the_lock_is_refused)
{
    using lock_type = typename waiting_room<TypeParam>::lock_type;
    waiting_room<TypeParam> room;
    lock_type empty;
    lock_type open{room.mutex, std::defer_lock};
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { room.condition.wait(empty); }));
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { room.condition.wait(open); }));
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { (void)room.condition.wait(open, 0s); }));
    open.lock();
    auto stranger = start([&] {
        lock_type pretended{room.mutex, std::adopt_lock};
        const bool is_refused =
            refusal(std::errc::operation_not_permitted, [&] { room.condition.wait(pretended); }).has_value();
        pretended.release();
        return is_refused;
    });
    EXPECT_TRUE(stranger.get());
    EXPECT_TRUE(open.owns_lock());
    open.unlock();
}

TYPED_TEST_P(condition_contract, a_wait_with_another_mutex_than_the_others_is_refused)
{
    waiting_room<TypeParam> room;
    std::deque<task<bool>> waiters;
    this->fill(room, waiters, 1);
    typename TypeParam::mutex other;
    std::unique_lock lock{other};
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { room.condition.wait(lock); }));
    EXPECT_TRUE(lock.owns_lock() && other.owner() != decltype(other.owner())::none);
    room.condition.notify_one();
    waiters.clear();
    EXPECT_EQ(room.condition.wait(lock, 1ms), outcome::timed_out) << "when nobody waits, any mutex will do";
}

TYPED_TEST_P(condition_contract, it_may_be_destroyed_when_all_were_notified)
{
    constexpr int threads = 4;
    for (int round = 0; round < 300; ++round) {
        waiting_room<TypeParam> room;  // its own condition is not used
        auto condition = std::make_unique<typename TypeParam::condition>();
        std::deque<task<bool>> waiters;
        for (int i = 0; i < threads; ++i) {
            waiters.emplace_back([&, i] {
                return room.waits([&](auto& lock) {
                    if (i % 2 == 0) {
                        condition->wait(lock);
                        return true;
                    }
                    return condition->wait(lock, 1h) == outcome::acquired;
                });
            });
        }
        ASSERT_TRUE(room.holds(threads));
        condition->notify_all();
        condition.reset();
        for (auto& waiter : waiters) {
            EXPECT_TRUE(waiter.get());
        }
    }
}

REGISTER_TYPED_TEST_SUITE_P(condition_contract, a_notify_before_a_wait_is_not_remembered,
                            as_many_notify_one_as_there_are_waiters_let_all_go_on,
                            many_notify_one_in_a_row_are_not_taken_for_one, notify_all_lets_all_go_on,
                            who_has_waited_longest_is_notified_first,
                            a_wait_with_a_predicate_goes_on_when_it_holds,
                            an_exception_of_the_predicate_leaves_the_mutex_locked,
                            a_wait_without_owning_the_lock_is_refused,
                            a_wait_with_another_mutex_than_the_others_is_refused,
                            it_may_be_destroyed_when_all_were_notified);

}  // namespace signalbox::contract
