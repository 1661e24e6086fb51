// Deadlocks through everything that has an owner, and through waits that a notify has moved to a mutex.
#include <atomic>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/condition_variable.hpp>
#include <signalbox/inspect.hpp>
#include <signalbox/recursive_mutex.hpp>
#include <signalbox/shared_mutex.hpp>

#include "deadlock_ring.hpp"

namespace signalbox::contract {
namespace {

struct deadlock_of_kinds : deadlock {
    void all_are_ready(int count)
    {
        ready.fetch_add(1);
        require([&] { return ready.load() == count; });
    }

    template <class First, class Second>
    task<bool> lock_both(First& first, Second& second)
    {
        return start([&] {
            first.lock();
            all_are_ready(3);
            bool is_told = false;
            try {
                second.lock();
                second.unlock();
            } catch (const deadlock_error& found) {
                is_told = found.cycle().size() == 3;
            }
            first.unlock();
            return is_told;
        });
    }

    mutex plain;
    recursive_mutex recursive;
    shared_mutex shared;
    std::atomic<int> ready{0};
};

TEST_F(deadlock_of_kinds, is_found_in_a_cycle_of_all_kinds)
{
    auto one = lock_both(plain, recursive);
    auto two = lock_both(recursive, shared);
    auto three = lock_both(shared, plain);
    EXPECT_EQ(int{one.get()} + int{two.get()} + int{three.get()}, 1);
    EXPECT_EQ(alarms.load(), 1);
}

TEST_F(deadlock_of_kinds, is_found_through_who_holds_for_upgrade)
{
    auto one = lock_both(plain, recursive);
    auto two = start([&] {
        recursive.lock();
        all_are_ready(3);
        bool is_told = false;
        try {
            shared.lock_upgrade();
            shared.unlock_upgrade();
        } catch (const deadlock_error&) {
            is_told = true;
        }
        recursive.unlock();
        return is_told;
    });
    auto three = start([&] {
        shared.lock_upgrade();
        all_are_ready(3);
        bool is_told = false;
        try {
            plain.lock();
            plain.unlock();
        } catch (const deadlock_error&) {
            is_told = true;
        }
        shared.unlock_upgrade();
        return is_told;
    });
    EXPECT_EQ(int{one.get()} + int{two.get()} + int{three.get()}, 1);
    EXPECT_EQ(alarms.load(), 1);
}

/// One thread waits at a condition while it owns `fork`, and is notified while another owns `table`.
struct deadlock_of_the_notified : deadlock {
    /// Waits for the notification. Returns whether it had the mutex afterwards.
    task<bool> wait_with_fork()
    {
        return start([&] {
            const guard held{fork};
            guard lock{table};
            is_waiting.store(true);
            condition.wait(lock);
            return lock.owns_lock() && table.owner() == this_thread_id();
        });
    }

    /// Returns whether it was told.
    bool take_fork()
    {
        try {
            fork.lock();
            fork.unlock();
        } catch (const deadlock_error& found) {
            EXPECT_EQ(found.cycle().size(), 2U);
            return true;
        }
        return false;
    }

    void until_it_waits()
    {
        require([&] { return is_waiting.load(); });
        require([&] { return explain(condition).find("1 waiting") != std::string::npos; });
    }

    mutex fork;
    mutex table;
    condition_variable condition;
    std::atomic<bool> is_waiting{false};
};

TEST_F(deadlock_of_the_notified, is_found_by_who_waits_afterwards)
{
    auto waiter = wait_with_fork();
    until_it_waits();
    guard lock{table};
    condition.notify_one();
    EXPECT_TRUE(take_fork()) << "who was notified has to return with its mutex locked";
    lock.unlock();
    EXPECT_TRUE(waiter.get());
    EXPECT_EQ(alarms.load(), 1);
}

TEST_F(deadlock_of_the_notified, is_found_by_who_has_waited_long_before)
{
    auto waiter = wait_with_fork();
    until_it_waits();
    std::atomic<bool> is_owner{false};
    auto owner = start([&] {
        const guard lock{table};
        is_owner.store(true);
        return take_fork();
    });
    require([&] { return is_owner.load(); });
    std::this_thread::sleep_for(150ms);  // it has searched; the claim holds however long this takes
    EXPECT_EQ(alarms.load(), 0);
    condition.notify_all();
    EXPECT_TRUE(owner.get());
    EXPECT_TRUE(waiter.get());
    EXPECT_EQ(alarms.load(), 1);
}

TEST_F(deadlock_of_the_notified, is_none_while_the_owner_of_its_mutex_runs)
{
    auto waiter = wait_with_fork();
    until_it_waits();
    guard lock{table};
    auto third = start([&] { return take_fork(); });
    condition.notify_one();
    std::this_thread::sleep_for(150ms);  // all have searched; the claim holds however long this takes
    lock.unlock();
    EXPECT_TRUE(waiter.get());
    EXPECT_FALSE(third.get());
    EXPECT_EQ(alarms.load(), 0);
}

}  // namespace
}  // namespace signalbox::contract
