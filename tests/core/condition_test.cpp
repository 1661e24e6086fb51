// Where the waiters of a condition variable stand: in the table, under the condition, then under the mutex.
#include <signalbox/condition_variable.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include <signalbox/thread_id.hpp>

#include "../contract/harness.hpp"
#include "core/parking_table.hpp"

namespace signalbox::contract {
namespace {

using detail::cell_kind;
using detail::waiter;

/// The waiters that the table shows under an address.
struct queue_seen {
    std::deque<std::uint32_t> threads;
    bool are_parked = true;
    std::chrono::steady_clock::time_point since{};  // when the first came

    queue_seen(const void* address, cell_kind kind)
    {
        const detail::whole_table table;
        table.each_queue([&](const waiter& first) {
            if (first.cell != address || first.kind != kind) {
                return;
            }
            EXPECT_TRUE(threads.empty()) << "two queues";
            since = first.since;
            for (const waiter* who = &first; who != nullptr; who = who->next) {
                threads.push_back(who->thread);
                are_parked = are_parked && who->state.load() == waiter::parked;
            }
            EXPECT_EQ(first.length, threads.size());
        });
    }
};

struct a_condition : testing::Test {
    signalbox::mutex mutex;
    condition_variable condition;
    std::deque<std::uint32_t> threads;  // in the order in which they wait; guarded by the mutex
    std::deque<std::uint32_t> order;    // in which they went on
    std::deque<task<bool>> tasks;

    queue_seen here() { return {&condition, cell_kind::condition}; }
    queue_seen there() { return {&mutex, cell_kind::owner}; }

    void let_wait(int count)
    {
        for (int i = 1; i <= count; ++i) {
            tasks.emplace_back([this] {
                std::unique_lock lock{mutex};
                threads.push_back(this_thread_id().value());
                condition.wait(lock);
                order.push_back(this_thread_id().value());
                return true;
            });
            require([&] { return static_cast<int>(here().threads.size()) == i; });
        }
    }
};

TEST_F(a_condition, lists_its_waiters_in_the_table)
{
    let_wait(3);
    EXPECT_EQ(here().threads, threads);
    EXPECT_TRUE(there().threads.empty());
    condition.notify_all();
    tasks.clear();
    EXPECT_TRUE(here().threads.empty());
}

TEST_F(a_condition, whose_notify_wakes_nobody_while_the_mutex_is_owned_but_queues_them_there)
{
    let_wait(5);
    {
        const std::lock_guard lock{mutex};
        condition.notify_one();
        EXPECT_EQ(there().threads, (std::deque<std::uint32_t>{threads.front()}));
        EXPECT_EQ(here().threads.size(), 4U);
        condition.notify_all();
        const queue_seen moved = there();
        EXPECT_EQ(moved.threads, threads) << "oldest first";
        EXPECT_TRUE(moved.are_parked);
        EXPECT_TRUE(here().threads.empty());
    }
    tasks.clear();
    EXPECT_THAT(order, testing::UnorderedElementsAreArray(threads));
}

TEST_F(a_condition, tells_since_when_a_thread_waits_for_it_and_then_for_the_mutex)
{
    const auto before = clock::now();
    let_wait(1);
    EXPECT_GE(here().since, before);
    {
        const std::lock_guard lock{mutex};
        const auto notified = clock::now();
        condition.notify_one();
        EXPECT_GE(there().since, notified);
    }
    EXPECT_TRUE(tasks.back().get());
}

TEST_F(a_condition, may_stand_in_the_same_bucket_as_its_mutex)
{
    std::deque<signalbox::mutex> others(4'096);
    const auto beside = std::find_if(others.begin(), others.end(), [this](const auto& other) {
        return &detail::bucket_for(&other) == &detail::bucket_for(&condition);
    });
    ASSERT_NE(beside, others.end());
    tasks.emplace_back([this, &beside] {
        std::unique_lock lock{*beside};
        condition.wait(lock);
        return true;
    });
    require([this] { return here().threads.size() == 1; });
    condition.notify_all();
    EXPECT_TRUE(tasks.back().get());
}

TEST_F(a_condition, whose_waiter_gives_up_leaves_the_table)
{
    std::unique_lock lock{mutex};
    EXPECT_EQ(condition.wait(lock, 1ms), outcome::timed_out);
    EXPECT_TRUE(here().threads.empty());
    EXPECT_TRUE(there().threads.empty());
}

}  // namespace
}  // namespace signalbox::contract
