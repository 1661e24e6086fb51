// explain() and dump(): the exact words, for what every build knows.
#include <signalbox/inspect.hpp>

#include <cstdio>
#include <deque>
#include <mutex>
#include <regex>
#include <shared_mutex>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/barrier.hpp>
#include <signalbox/condition_variable.hpp>
#include <signalbox/event.hpp>
#include <signalbox/latch.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/recursive_mutex.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>

#include "../contract/harness.hpp"
#include "explained.hpp"

namespace signalbox::contract {
namespace {

std::string number(thread_id id)
{
    return std::to_string(id.value());
}

std::string dumped()
{
    std::string text;
    dump([&](std::string_view all) { text = all; });
    return text;
}

/// A thread that waits for something until it is told to stop.
template <class Wait>
auto waiter(std::stop_source& stop, Wait wait)
{
    return start([token = stop.get_token(), wait] { return wait(token); });
}

TEST(explain, a_free_mutex_and_a_semaphore_that_nobody_waits_for)
{
    mutex cache;
    semaphore db{4, {.capacity = 4}};
    set_name(cache, "cache");
    set_name(db, "db");
    EXPECT_EQ(explain(cache), "mutex cache: free");
    EXPECT_EQ(explain(db), "semaphore db: 0 of 4 out");
    db.acquire(3);
    EXPECT_EQ(explain(db), "semaphore db: 3 of 4 out");
    forget_name(cache);
    forget_name(db);
}

TEST(explain, an_object_without_a_name_goes_by_its_address)
{
    const mutex subject;
    EXPECT_TRUE(is_like(explain(subject), "mutex 0x[0-9a-f]+: free"));
}

TEST(explain, a_semaphore_without_a_capacity_has_so_many_available)
{
    semaphore subject{5};
    set_name(subject, "events");
    EXPECT_EQ(explain(subject), "semaphore events: 5 available");
    forget_name(subject);
}

TEST(explain, says_who_owns_a_mutex_and_who_waits)
{
    mutex cache;
    set_name(cache, "cache");
    cache.lock();
    EXPECT_EQ(explain(cache), "mutex cache: owned by thread " + number(this_thread_id()));
    std::stop_source stop;
    auto one = waiter(stop, [&](auto token) { return cache.lock(token); });
    auto two = waiter(stop, [&](auto token) { return cache.lock(token); });
    const std::string owned = "mutex cache: owned by thread " + number(this_thread_id());
    EXPECT_TRUE(eventually([&] { return explain(cache).find("2 waiting") != std::string::npos; }));
    EXPECT_TRUE(is_like(explain(cache), owned + "; 2 waiting, longest #"));
    stop.request_stop();
    EXPECT_EQ(one.get(), outcome::stopped);
    EXPECT_EQ(two.get(), outcome::stopped);
    EXPECT_EQ(explain(cache), owned);
    cache.unlock();
    forget_name(cache);
}

TEST(explain, says_how_long_the_oldest_has_waited)
{
    semaphore db{0, {.capacity = 4}};
    set_name(db, "db");
    std::stop_source stop;
    auto one = waiter(stop, [&](auto token) { return db.acquire(1, token); });
    require([&] { return db.waiters() == 1; });
    EXPECT_TRUE(eventually(
        [&] { return bool{is_like(explain(db), "semaphore db: 4 of 4 out; 1 waiting, longest 0\\.3 s")}; }));
    auto two = waiter(stop, [&](auto token) { return db.acquire(1, token); });
    require([&] { return db.waiters() == 2; });
    EXPECT_TRUE(
        is_like(explain(db), "semaphore db: 4 of 4 out; 2 waiting, longest [^0]*0\\.[3-9] s|.*[1-9]\\.. s"));
    stop.request_stop();
    forget_name(db);
}

TEST(explain, every_primitive_goes_by_its_own_name)
{
    recursive_mutex again;
    shared_mutex many;
    condition_variable changed;
    event ready;
    auto_reset_event turn;
    latch done{1};
    barrier<> round{1};
    const std::scoped_lock guard{again, many};
    const std::string owned = " 0x.*: owned by thread " + std::to_string(this_thread_id().value());
    EXPECT_TRUE(is_like(explain(again), "recursive_mutex" + owned));
    EXPECT_TRUE(is_like(explain(many), "shared_mutex" + owned));
    EXPECT_TRUE(is_like(explain(changed), "condition_variable 0x.*: nobody waits"));
    EXPECT_TRUE(is_like(explain(ready), "event 0x.*: nobody waits"));
    EXPECT_TRUE(is_like(explain(turn), "auto_reset_event 0x.*: nobody waits"));
    EXPECT_TRUE(is_like(explain(done), "latch 0x.*: nobody waits"));
    EXPECT_TRUE(is_like(explain(round), "barrier 0x.*: nobody waits"));
}

TEST(explain, those_who_read_a_shared_mutex_are_counted)
{
    shared_mutex many;
    EXPECT_TRUE(is_like(explain(many), "shared_mutex 0x.*: free"));
    const std::shared_lock one{many};
    EXPECT_TRUE(is_like(explain(many), "shared_mutex 0x.*: 1 reading"));
}

TEST(explain, who_holds_a_shared_mutex_for_upgrade_is_named)
{
    shared_mutex many;
    std::stop_source stop;
    many.lock_upgrade();
    const std::string held = "shared_mutex 0x.*: held for upgrade by thread " + number(this_thread_id());
    EXPECT_EQ(many.upgrader(), this_thread_id());
    EXPECT_TRUE(is_like(explain(many), held));
    auto reader = waiter(stop, [&](auto token) { return many.lock_shared(token); });
    require([&] { return many.readers() == 1; });
    EXPECT_TRUE(is_like(explain(many), held + ", 1 reading"));
    auto writer = waiter(stop, [&](auto token) { return many.lock(token); });
    EXPECT_TRUE(eventually([&] { return bool{is_like(explain(many), held + ", 1 reading; 1 waiting.*")}; }));
    EXPECT_NE(dumped().find(": held for upgrade by thread "), std::string::npos) << dumped();
    stop.request_stop();
    many.unlock_shared();
    many.unlock_upgrade();
    EXPECT_EQ(many.upgrader(), thread_id::none);
}

TEST(explain, a_part_that_is_waited_for_is_a_wait_for_the_whole)
{
    struct account {
        int before = 0;
        mutex inner;
    } whole;
    const std::lock_guard guard{whole.inner};
    std::stop_source stop;
    auto one = waiter(stop, [&](auto token) { return whole.inner.lock(token); });
    EXPECT_TRUE(
        eventually([&] { return bool{is_like(explain(whole), "object 0x.*: 1 waiting, longest #")}; }));
    stop.request_stop();
}

TEST(dump, says_that_no_thread_waits)
{
    EXPECT_EQ(dumped(), "signalbox: no thread waits\n");
}

TEST(dump, lists_every_waiter_below_its_object_oldest_first)
{
    mutex cache;
    semaphore db{0, {.capacity = 4}};
    set_name(cache, "cache");
    set_name(db, "db");
    cache.lock();
    std::stop_source stop;
    std::atomic<std::uint32_t> ids[3] = {};
    const auto known = [&](int i) {
        if (i == 2) {
            set_thread_name("loader");
        }
        ids[i].store(this_thread_id().value());
    };
    auto one = waiter(stop, [&](auto token) { return known(0), db.acquire(1, token); });
    require([&] { return db.waiters() == 1; });
    auto two = waiter(stop, [&](auto token) { return known(1), db.acquire(2, token); });
    require([&] { return db.waiters() == 2; });
    auto three = waiter(stop, [&](auto token) { return known(2), cache.lock(token); });
    require([&] { return explain(cache).find("1 waiting") != std::string::npos; });
    const std::string text = dumped();
    const auto id = [&](int i) { return std::to_string(ids[i].load()); };
    EXPECT_TRUE(is_like(text.substr(0, text.find('\n')), "signalbox: threads that wait: 3, for objects: 2"));
    const std::string about_db = "semaphore db: 4 of 4 out; 2 waiting, longest #\n  thread " + id(0) +
                                 " waits since #\n  thread " + id(1) + " waits for 2 permits since #\n";
    const std::string about_cache = "mutex cache: owned by thread " + number(this_thread_id()) +
                                    "; 1 waiting, longest #\n  thread " + id(2) +
                                    " \\(loader\\) waits since #\n";
    EXPECT_TRUE(is_like(text, "(.*\n)(" + about_db + about_cache + "|" + about_cache + about_db + ")"));
    stop.request_stop();
    cache.unlock();
    forget_name(cache);
    forget_name(db);
}

TEST(dump, works_while_threads_are_deadlocked)
{
    mutex a;
    mutex b;
    set_name(a, "a");
    set_name(b, "b");
    semaphore ready{0};
    std::stop_source stop;
    const auto cross = [&](mutex& mine, mutex& theirs) {
        return waiter(stop, [&](auto token) {
            const std::lock_guard guard{mine};
            ready.release();
            while (ready.available() < 2) {
                std::this_thread::yield();
            }
            return theirs.lock(token);
        });
    };
    auto one = cross(a, b);
    auto two = cross(b, a);
    require([&] { return dumped().find("threads that wait: 2") != std::string::npos; });
    const std::string text = dumped();
    EXPECT_NE(text.find("mutex a: owned by thread "), std::string::npos) << text;
    EXPECT_NE(text.find("mutex b: owned by thread "), std::string::npos) << text;
    stop.request_stop();
    EXPECT_EQ(one.get(), outcome::stopped);
    EXPECT_EQ(two.get(), outcome::stopped);
    forget_name(a);
    forget_name(b);
}

TEST(dump, writes_to_a_file)
{
    std::FILE* const file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    dump(file);
    std::rewind(file);
    char line[64] = {};
    EXPECT_STREQ(std::fgets(line, sizeof line, file), "signalbox: no thread waits\n");
    std::fclose(file);
}

TEST(dump, copies_as_many_waiters_as_there_are)
{
    semaphore db{0};
    std::stop_source stop;
    std::deque<task<outcome>> crowd;
    for (int i = 0; i < 100; ++i) {
        crowd.emplace_back([&, token = stop.get_token()] { return db.acquire(1, token); });
    }
    require([&] { return db.waiters() == 100; });
    const std::string text = dumped();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 102) << text;
    stop.request_stop();
}

TEST(dump, can_be_called_while_everything_moves)
{
    mutex busy;
    std::atomic<bool> is_over{false};
    const auto work = [&] {
        while (!is_over.load()) {
            const std::lock_guard guard{busy};
            dawdle(1000);
        }
    };
    auto one = start(work);
    auto two = start(work);
    auto three = start(work);
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(dumped().rfind("signalbox: ", 0), 0U);
        EXPECT_EQ(explain(busy).rfind("mutex 0x", 0), 0U);
    }
    is_over.store(true);
}

}  // namespace
}  // namespace signalbox::contract
