// Events between processes that start, stop and die.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <signalbox/process/event.hpp>
#include <signalbox/process/recursive_mutex.hpp>

#include "child.hpp"

namespace signalbox::contract {
namespace {

using process::event;

TEST(process_event, lets_everybody_of_all_processes_through)
{
    auto happened = event::anonymous();
    auto message = event::anonymous();
    child first{[&] { return happened.wait(60s) == outcome::acquired; }};
    child second{[&] { return happened.wait(60s) == outcome::acquired; }};
    auto third = start([&] { return happened.wait(60s); });
    ASSERT_TRUE(eventually([&] { return happened.waiters() == 3; }));
    EXPECT_EQ(happened.waiters().size(), 3U);
    child sets{[&] {
        happened.set();
        return true;
    }};
    EXPECT_TRUE(sets.succeeds() && first.succeeds() && second.succeeds());
    EXPECT_EQ(third.get(), outcome::acquired);
    EXPECT_TRUE(happened.is_set());
    EXPECT_EQ(happened.waiters(), 0);
}

TEST(process_event, a_waiter_of_another_process_learns_of_it_at_once)
{
    auto happened = event::anonymous();
    auto thanks = event::anonymous();
    child answers{[&] {
        for (;;) {
            happened.wait();
            happened.reset();
            thanks.set();
        }
        return true;
    }};
    std::chrono::nanoseconds best = 1h;
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(eventually([&] { return happened.waiters() == 1; }));
        const auto begin = clock::now();
        happened.set();
        thanks.wait();
        best = std::min<std::chrono::nanoseconds>(best, clock::now() - begin);
        thanks.reset();
    }
    EXPECT_LT(best, 50ms) << "the belt alone takes 100 ms";
}

TEST(process_event, a_killed_waiter_leaves_no_place_behind)
{
    auto happened = event::anonymous();
    for (int round = 0; round < 20; ++round) {
        child waits{[&] { return happened.wait(60s) == outcome::acquired; }};
        ASSERT_TRUE(eventually([&] { return happened.waiters() == 1; }));
        waits.ends_by(SIGKILL);
        ASSERT_TRUE(eventually([&] { return happened.waiters() == 0; }));
    }
    happened.set();
    EXPECT_EQ(happened.wait(0s), outcome::acquired);
}

TEST(process_event, may_be_set_by_a_signal_handler_at_any_moment)
{
    static event* object_of_handler = nullptr;
    auto happened = event::anonymous();
    object_of_handler = &happened;
    struct sigaction action {};
    action.sa_handler = [](int) { object_of_handler->set(); };
    ::sigaction(SIGUSR2, &action, nullptr);
    std::atomic<bool> is_over{false};
    auto busy = start([&] {  // is interrupted anywhere, also while it holds the room
        while (!is_over.load()) {
            happened.reset();
            (void)happened.wait(1us);
        }
    });
    for (int round = 0; round < 50; ++round) {
        auto waiter = start([&] { return happened.wait(60s); });
        while (!waiter.is_done()) {
            ::pthread_kill(busy.handle(), SIGUSR2);
            dawdle(20'000);
        }
        ASSERT_EQ(waiter.get(), outcome::acquired);
    }
    is_over.store(true);
    EXPECT_TRUE(busy.get());
}

TEST(process_recursive_mutex, the_depth_of_a_dead_owner_is_gone)
{
    auto lock = process::recursive_mutex::anonymous();
    lock.lock();
    lock.lock();
    lock.unlock();
    lock.unlock();
    child owner{[&] {
        lock.lock();
        lock.lock();
        lock.lock();
        return lock.depth() == 3 && sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return lock.owner() != process::owner_id::none; }));
    EXPECT_EQ(lock.depth(), 0U);
    EXPECT_FALSE(lock.try_lock());
    const pid_t pid = owner.pid();
    owner.ends_by(SIGKILL);
    EXPECT_EQ(lock.lock(60s), outcome::owner_died);
    EXPECT_EQ(lock.depth(), 1U);
    ASSERT_TRUE(lock.recovered_from());
    EXPECT_EQ(lock.recovered_from()->pid, pid);
    EXPECT_EQ(lock.lock(60s), outcome::acquired) << "once more";
    lock.unlock();
    lock.unlock();
    EXPECT_TRUE(child{[&] { return lock.try_lock() && lock.depth() == 1; }}.succeeds());
    EXPECT_EQ(lock.lock(60s), outcome::owner_died) << "a process that ends is dead too";
    lock.unlock();
}

TEST(process_event, is_found_by_its_name_until_it_is_removed)
{
    char pattern[] = "/dev/shm/signalbox-event-XXXXXX";
    ::setenv("SIGNALBOX_DIR", ::mkdtemp(pattern), 1);
    auto made = event::create("go", {.is_set = true, .label = "the start"});
    auto found = event::open_or_create("go", {.is_set = false});
    EXPECT_EQ(found.name(), "go");
    EXPECT_TRUE(found.reset());
    EXPECT_FALSE(made.is_set());
    EXPECT_EQ(event::list(), std::vector<std::string>{"go"});
    const auto wrong = refusal(std::errc::invalid_argument, [] { (void)process::mutex::open("go"); });
    EXPECT_NE(wrong.value_or("").find("is an event, not a mutex"), std::string::npos);
    auto sent = event::from_handle(made.native_handle());
    auto waiter =
        start([&] { return refusal(std::errc::identifier_removed, [&] { sent.wait(); }).has_value(); });
    ASSERT_TRUE(eventually([&] { return made.waiters() == 1; }));
    EXPECT_TRUE(event::remove("go"));
    EXPECT_TRUE(waiter.get());
    EXPECT_FALSE(event::remove("go"));
    EXPECT_EQ(made.waiters(), 0);
    ::unsetenv("SIGNALBOX_DIR");
    std::filesystem::remove_all(pattern);
}

}  // namespace
}  // namespace signalbox::contract
