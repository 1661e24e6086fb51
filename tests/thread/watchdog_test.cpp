// The watchdog: reports a long wait once, and no short one.
#include <signalbox/watchdog.hpp>

#include <atomic>
#include <limits>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/guarded.hpp>
#include <signalbox/inspect.hpp>
#include <signalbox/semaphore.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

struct reports {
    std::atomic<int> count{0};
    guarded<std::string> last{};

    auto taker()
    {
        return [this](std::string_view text) {
            *last.lock() = text;
            ++count;
        };
    }
};

TEST(watchdog, begins_and_ends_without_waiting)
{
    for (int i = 0; i < 50; ++i) {
        const watchdog dog{.after = 5s};
        EXPECT_EQ(dog.after, 5s);
    }
    const watchdog patient{.after = std::chrono::nanoseconds::max()};
    const watchdog hasty{.after = -1s, .report = [](std::string_view) {}};
}

TEST(watchdog, reports_a_long_wait_with_everything_that_dump_says)
{
    semaphore db{0, {.capacity = 4}};
    set_name(db, "db");
    reports all;
    const watchdog dog{.after = 20ms, .report = all.taker()};
    std::stop_source stop;
    auto waiter = start([&] { return db.acquire(1, stop.get_token()); });
    require([&] { return all.count.load() == 1; });
    const std::string text = *all.last.lock();
    EXPECT_EQ(
        text.rfind("signalbox: threads that wait: 1, for objects: 1\nsemaphore db: 4 of 4 out; 1 waiting", 0),
        0U)
        << text;
    stop.request_stop();
    forget_name(db);
}

TEST(watchdog, reports_a_wait_once_and_the_next_one_again)
{
    semaphore db{0};
    reports all;
    const watchdog dog{.after = 20ms, .report = all.taker()};
    std::stop_source stop;
    auto first = start([&] { return db.acquire(1, stop.get_token()); });
    require([&] { return all.count.load() >= 1; });
    const int before = all.count.load();
    EXPECT_EQ(before, 1);
    std::this_thread::sleep_for(
        100ms);  // five times as long as it takes to report: the claim is that none comes
    EXPECT_EQ(all.count.load(), before);
    auto second = start([&] { return db.acquire(1, stop.get_token()); });
    require([&] { return all.count.load() == before + 1; });
    stop.request_stop();
}

TEST(watchdog, does_not_report_short_waits_however_many_there_are)
{
    semaphore ping{0};
    semaphore pong{0};
    reports all;
    const watchdog dog{.after = 30s, .report = all.taker()};
    auto other = start([&] {
        for (int i = 0; i < 2000; ++i) {
            ping.acquire();
            pong.release();
        }
    });
    for (int i = 0; i < 2000; ++i) {
        ping.release();
        pong.acquire();
    }
    EXPECT_TRUE(other.get());
    EXPECT_EQ(all.count.load(), 0);
}

TEST(watchdog, does_not_watch_itself)
{
    reports all;
    {
        const watchdog one{.after = 1ms, .report = all.taker()};
        const watchdog two{.after = 1ms, .report = all.taker()};
        std::this_thread::sleep_for(50ms);  // fifty looks: the claim is that none finds anything
        std::string text;
        dump([&](std::string_view whole) { text = whole; });
        EXPECT_EQ(text, "signalbox: no thread waits\n");
    }
    EXPECT_EQ(all.count.load(), 0);
}

}  // namespace
}  // namespace signalbox::contract
