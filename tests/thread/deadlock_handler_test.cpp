// What happens when a deadlock is found is up to the handler.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "deadlock_ring.hpp"

namespace signalbox::contract {
namespace {

using deadlock_handling = deadlock;

TEST_F(deadlock_handling, goes_on_if_the_handler_returns_and_is_reported_once)
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

TEST_F(deadlock_handling, aborts_if_that_is_asked_for)
{
    EXPECT_DEATH(
        {
            set_deadlock_handler(abort_on_deadlock);
            ring around{2};
            static_cast<void>(deadlock_of(around));
        },
        "deadlock of 2 threads");
}

TEST_F(deadlock_handling, ends_with_what_the_handler_throws)
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

TEST_F(deadlock_handling, lets_the_handler_lock_and_wait)
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

TEST_F(deadlock_handling, says_which_handler_was_in_force)
{
    set_deadlock_handler(log_deadlock);
    EXPECT_EQ(get_deadlock_handler(), &log_deadlock);
    EXPECT_EQ(set_deadlock_handler(nullptr), &log_deadlock);
    EXPECT_EQ(get_deadlock_handler(), &throw_deadlock);
}

}  // namespace
}  // namespace signalbox::contract
