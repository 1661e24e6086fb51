// Deadlocks are found, by one thread of the cycle, and nothing else is taken for one.
#include <signalbox/deadlock.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>

#include <signalbox/mutex.hpp>
#include <signalbox/platform/stop.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

using guard = std::unique_lock<signalbox::mutex>;

/// Counts what is found, and throws; a test sees whether there was any alarm anywhere.
std::atomic<int> alarms{0};

struct deadlock : testing::Test {
    deadlock()
    {
        alarms.store(0);
        set_deadlock_handler([](const deadlock_error& found) {
            alarms.fetch_add(1);
            throw_deadlock(found);
        });
    }
    ~deadlock() override { set_deadlock_handler(nullptr); }
    deadlock(const deadlock&) = delete;
    deadlock& operator=(const deadlock&) = delete;
};

/// Threads in a ring: each owns one mutex and then wants the next one's.
struct ring {
    explicit ring(std::size_t size) : mutexes(size) {}

    /// What the i-th thread does, with `want` to lock the second mutex. Returns what it caught.
    template <class Want>
    std::optional<deadlock_error> run(std::size_t i, Want want)
    {
        const guard own{mutexes[i]};
        owned.fetch_add(1);
        require([&] { return owned.load() >= static_cast<int>(mutexes.size()); });
        try {
            if (want(mutexes[(i + 1) % mutexes.size()])) {
                mutexes[(i + 1) % mutexes.size()].unlock();
            }
        } catch (const deadlock_error& found) {
            caught_at.store(clock::now().time_since_epoch().count());
            return found;
        }
        return std::nullopt;
    }

    std::deque<signalbox::mutex> mutexes;
    std::atomic<int> owned{0};
    std::atomic<clock::rep> caught_at{0};
};

bool lock(signalbox::mutex& wanted)
{
    wanted.lock();
    return true;
}

/// What all threads of a ring caught.
std::vector<deadlock_error> deadlock_of(ring& around)
{
    std::vector<deadlock_error> caught;
    std::deque<task<std::optional<deadlock_error>>> threads;
    for (std::size_t i = 0; i < around.mutexes.size(); ++i) {
        threads.emplace_back([&around, i] { return around.run(i, lock); });
    }
    for (auto& each : threads) {
        if (const auto found = each.get()) {
            caught.push_back(*found);
        }
    }
    return caught;
}

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
    signalbox::mutex one;
    signalbox::mutex other;
    std::atomic<bool> other_is_owned{false};
    std::atomic<unsigned> their_id{0};
    guard mine{one};
    auto peer = start([&] {
        ::pthread_setname_np(::pthread_self(), "the peer");
        their_id.store(this_thread_id().value());
        const guard theirs{other};
        other_is_owned.store(true);
        try {
            const guard both{one};
        } catch (const deadlock_error& found) {
            return std::optional{found};
        }
        return std::optional<deadlock_error>{};
    });
    require([&] { return other_is_owned.load(); });
    std::optional<deadlock_error> found;
    try {
        const guard both{other};
    } catch (const deadlock_error& error) {
        found = error;
    }
    mine.unlock();
    const auto theirs = peer.get();
    ASSERT_NE(found.has_value(), theirs.has_value());
    const deadlock_error& error = found ? *found : *theirs;
    ASSERT_EQ(error.cycle().size(), 2U);
    const bool begins_here = found.has_value();
    const auto& me = error.cycle()[begins_here ? 0 : 1];
    const auto& they = error.cycle()[begins_here ? 1 : 0];
    EXPECT_EQ(me.id, this_thread_id());
    EXPECT_EQ(me.waits_for, &other);
    EXPECT_EQ(they.id.value(), their_id.load());
    EXPECT_EQ(they.waits_for, &one);
    EXPECT_EQ(they.name, "the peer");
    EXPECT_STREQ(they.kind, "mutex");
    const std::string text = error.what();
    EXPECT_NE(text.find("deadlock of 2 threads"), std::string::npos) << text;
    EXPECT_NE(text.find("thread " + std::to_string(their_id.load()) + " (the peer) has waited"),
              std::string::npos)
        << text;
}

TEST_F(deadlock, is_no_long_chain_of_waiters)
{
    constexpr std::size_t length = 40;
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

TEST_F(deadlock, goes_on_if_the_handler_returns_and_is_reported_once)
{
    // The handler returns, and the cycle ends by nobody: so it is a child process that is left behind.
    EXPECT_EXIT(
        {
            set_deadlock_handler([](const deadlock_error& found) {
                log_deadlock(found);
                alarms.fetch_add(1);
            });
            ring around{3};
            std::deque<std::thread> threads;
            for (std::size_t i = 0; i < 3; ++i) {
                threads.emplace_back([&around, i] { static_cast<void>(around.run(i, lock)); });
            }
            require([] { return alarms.load() > 0; });
            std::this_thread::sleep_for(200ms);
            std::_Exit(alarms.load());
        },
        testing::ExitedWithCode(1), "deadlock of 3 threads");
}

TEST_F(deadlock, aborts_if_that_is_asked_for)
{
    EXPECT_DEATH(
        {
            set_deadlock_handler(abort_on_deadlock);
            ring around{2};
            static_cast<void>(deadlock_of(around));
        },
        "deadlock of 2 threads");
}

TEST_F(deadlock, ends_with_what_the_handler_throws)
{
    set_deadlock_handler([](const deadlock_error&) { throw std::runtime_error{"of my own"}; });
    ring around{2};
    std::atomic<int> caught{0};
    const auto member = [&](std::size_t i) {
        return start([&around, &caught, i] {
            try {
                static_cast<void>(around.run(i, lock));
            } catch (const std::runtime_error& error) {
                caught += std::string{error.what()} == "of my own" ? 1 : 0;
            }
        });
    };
    {
        auto one = member(0);
        auto other = member(1);
    }
    EXPECT_EQ(caught.load(), 1);
}

TEST_F(deadlock, lets_the_handler_lock_and_wait)
{
    static signalbox::mutex log;
    static std::atomic<bool> is_inside{false};
    set_deadlock_handler([](const deadlock_error& found) {
        is_inside.store(true);
        const guard alone{log};
        throw_deadlock(found);
    });
    guard held{log};
    ring around{2};
    auto one = start([&] { return around.run(0, lock); });
    auto other = start([&] { return around.run(1, lock); });
    require([] { return is_inside.load(); });
    std::this_thread::sleep_for(100ms);  // the handler's own wait is searched too, and is no cycle
    held.unlock();
    EXPECT_NE(one.get().has_value(), other.get().has_value());
}

TEST_F(deadlock, says_which_handler_was_in_force)
{
    set_deadlock_handler(log_deadlock);
    EXPECT_EQ(get_deadlock_handler(), &log_deadlock);
    EXPECT_EQ(set_deadlock_handler(nullptr), &log_deadlock);
    EXPECT_EQ(get_deadlock_handler(), &throw_deadlock);
}

}  // namespace
}  // namespace signalbox::contract
