// Deadlocks are found, by one thread of the cycle, and nothing else is taken for one.
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>

#include <signalbox/name.hpp>
#include <signalbox/platform/stop.hpp>

#include "deadlock_ring.hpp"

namespace signalbox::contract {
namespace {

void expect_one_alarm(std::size_t size)
{
    ring around{size};
    const auto begin = clock::now();
    const auto caught = deadlock_of(around);
    const clock::duration found_after = clock::time_point{clock::duration{around.caught_at.load()}} - begin;
    ASSERT_EQ(caught.size(), 1U);
    EXPECT_EQ(alarms.load(), 1);
    EXPECT_EQ(caught[0].code(), std::errc::resource_deadlock_would_occur);
    EXPECT_GE(found_after, 50ms) << "a shorter wait is none of the detector's business";
    testing::Test::RecordProperty(
        "found_after_us",
        std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(found_after).count()));
    std::set<thread_id> threads;
    std::set<const void*> objects;
    for (const deadlocked_thread& one : caught[0].cycle()) {
        threads.insert(one.id);
        objects.insert(one.waits_for);
        EXPECT_GE(one.waited, 50ms);
    }
    EXPECT_EQ(threads.size(), size);
    std::set<const void*> mutexes;
    for (auto& each : around.mutexes) {
        mutexes.insert(&each);
        EXPECT_TRUE(each.try_lock()) << "a mutex is unusable afterwards";
        each.unlock();
    }
    EXPECT_EQ(objects, mutexes);
}

TEST_F(deadlock, of_two_threads_is_thrown_in_one_of_them)
{
    expect_one_alarm(2);
}

TEST_F(deadlock, of_three_threads_is_thrown_in_one_of_them)
{
    expect_one_alarm(3);
}

TEST_F(deadlock, of_fifty_threads_is_thrown_in_one_of_them)
{
    expect_one_alarm(50);
}

TEST_F(deadlock, tells_threads_and_objects_in_the_order_of_the_cycle)
{
    ring around{2};
    set_name(around.mutexes[0], "left fork");
    std::array<std::atomic<unsigned>, 2> ids{};
    const auto philosopher = [&](std::size_t i) {
        return start([&, i] {
            ::pthread_setname_np(::pthread_self(), i == 0 ? "Plato" : "Kant");
            ids[i].store(this_thread_id().value());
            return around.run(i, lock);
        });
    };
    auto plato = philosopher(0);
    auto kant = philosopher(1);
    const auto first = plato.get();
    const auto second = kant.get();
    ASSERT_NE(first.has_value(), second.has_value());
    const deadlock_error& error = first ? *first : *second;
    ASSERT_EQ(error.cycle().size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const deadlocked_thread& one = error.cycle()[first ? i : 1 - i];
        EXPECT_EQ(one.id.value(), ids[i].load());
        EXPECT_EQ(one.name, i == 0 ? "Plato" : "Kant");
        EXPECT_EQ(one.waits_for, &around.mutexes[1 - i]);
        EXPECT_EQ(one.object_name, i == 0 ? "" : "left fork");
        EXPECT_STREQ(one.kind, "mutex");
    }
    const std::string kant_waits = "thread " + std::to_string(ids[1].load()) + " (Kant) has waited";
    const std::string text = error.what();
    EXPECT_EQ(text.find("signalbox: deadlock of 2 threads\n  thread "), 0U) << text;
    EXPECT_TRUE(text.ends_with(" owns")) << text << ": nothing but a line for each thread";
    EXPECT_NE(text.find(kant_waits), std::string::npos) << text;
    EXPECT_NE(
        text.find("for mutex left fork, which thread " + std::to_string(ids[0].load()) + " (Plato) owns"),
        std::string::npos)
        << text;
    forget_name(around.mutexes[0]);
}

TEST_F(deadlock, is_no_long_chain_of_waiters)
{
    constexpr std::size_t length = 50;
    std::deque<signalbox::mutex> mutexes(length + 1);
    std::deque<task<bool>> threads;
    std::atomic<std::size_t> owned{0};
    std::atomic<bool> ends{false};
    threads.emplace_back([&] {
        const guard last{mutexes[length]};
        owned.fetch_add(1);
        require([&] { return ends.load(); });
        return true;
    });
    for (std::size_t i = 0; i < length; ++i) {
        threads.emplace_back([&, i] {
            const guard own{mutexes[i]};
            owned.fetch_add(1);
            require([&] { return owned.load() == length + 1; });
            const guard next{mutexes[i + 1]};
            return true;
        });
    }
    require([&] { return owned.load() == length + 1; });
    std::this_thread::sleep_for(150ms);  // all have searched; the claim holds however long this takes
    ends.store(true);
    threads.clear();
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock, is_none_while_owners_change_quickly)
{
    constexpr std::size_t count = 3;
    std::array<signalbox::mutex, count> mutexes;
    std::deque<task<bool>> threads;
    std::atomic<bool> ends{false};
    for (std::uint32_t i = 0; i < 6; ++i) {
        threads.emplace_back([&, i] {
            dice random{i + 1};
            while (!ends.load()) {
                const std::uint32_t low = random.below(count);
                const std::uint32_t high = low + random.below(count - low);
                const guard first{mutexes[low]};
                const auto second = high == low ? guard{} : guard{mutexes[high]};
                if (random.below(64) == 0) {
                    std::this_thread::sleep_for(std::chrono::milliseconds{random.below(80)});
                }
                dawdle(random.below(1000));
            }
            return true;
        });
    }
    std::this_thread::sleep_for(2 * soak_time());
    ends.store(true);
    threads.clear();
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock, is_none_if_a_wait_of_the_cycle_times_out)
{
    dice random{7};
    for (int round = 0; round < 12; ++round) {
        ring around{2};
        const auto patient =
            std::chrono::microseconds{49'000 + random.below(3'000)};  // about when they search
        auto timed = start([&] {
            return around.run(0, [&](signalbox::mutex& wanted) { return wanted.try_lock_for(patient); });
        });
        auto endless = start([&] { return around.run(1, lock); });
        EXPECT_FALSE(timed.get().has_value());
        EXPECT_FALSE(endless.get().has_value());
    }
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock, is_none_if_a_wait_of_the_cycle_can_be_stopped)
{
    ring around{2};
    platform::stop_source stop;
    auto stoppable = start([&] {
        return around.run(
            0, [&](signalbox::mutex& wanted) { return wanted.lock(stop.get_token()) == outcome::acquired; });
    });
    auto endless = start([&] { return around.run(1, lock); });
    std::this_thread::sleep_for(120ms);
    stop.request_stop();
    EXPECT_FALSE(stoppable.get().has_value());
    EXPECT_FALSE(endless.get().has_value());
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock, wakes_those_who_queue_behind_the_thread_that_is_told)
{
    ring around{2};
    std::deque<task<bool>> others;
    auto one = start([&] { return around.run(0, lock); });
    auto other = start([&] { return around.run(1, lock); });
    require([&] { return around.owned.load() == 2; });
    for (int i = 0; i < 4; ++i) {
        others.emplace_back([&around, i] {
            const guard behind{around.mutexes[static_cast<std::size_t>(i % 2)]};
            return true;
        });
    }
    EXPECT_NE(one.get().has_value(), other.get().has_value());
    others.clear();
    EXPECT_EQ(alarms.load(), 1);
}

}  // namespace
}  // namespace signalbox::contract
