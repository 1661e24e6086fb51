// What a process held when it died comes back, and whoever waits learns of it; what lives is left alone.
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>

#include <signalbox/platform/shared_wait.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

TEST(death, a_killed_holder_gives_its_permits_back)
{
    auto object = semaphore::anonymous({.capacity = 5});
    child holder{[&] {
        const permit three{object, 3};
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.available() == 2; }));
    const auto holders = object.holders();
    ASSERT_EQ(holders.size(), 1U);
    EXPECT_EQ(holders[0].who.pid, holder.pid());
    EXPECT_EQ(holders[0].count, 3);
    holder.ends_by(SIGKILL);
    EXPECT_EQ(object.available(), 5);
    EXPECT_TRUE(object.holders().empty());
}

TEST(death, plain_permits_are_owed_by_nobody_and_stay_out)
{
    auto object = semaphore::anonymous({.capacity = 5});
    child taker{[&] {
        object.acquire(2);
        return true;
    }};
    EXPECT_TRUE(taker.succeeds());
    EXPECT_EQ(object.available(), 3);
    EXPECT_EQ(object.out(), 2);
    object.release(2);
}

// How long a waiter waits for the permit of a holder, from the kill on.
std::chrono::nanoseconds notice_time(semaphore& object, std::size_t resident)
{
    child holder{[&] {
        const std::unique_ptr<char[]> memory{new char[resident + 1]};
        for (std::size_t i = 0; i < resident; i += 4096) {
            memory[i] = 1;
        }
        const permit held{object};
        return sleeps_for_ever();
    }};
    require([&] { return object.available() == 0; });
    clock::time_point taken{};
    auto waiter = start([&] {
        const permit mine{object};
        taken = clock::now();
    });
    require([&] { return object.waiters() == 1; });
    require([&] { return waiter.falls_asleep(); });
    const auto killed = clock::now();
    holder.gets(SIGKILL);
    require([&] { return waiter.is_done(); });
    return taken - killed;
}

TEST(death, a_waiter_gets_the_permit_of_a_killed_holder_at_once)
{
    auto object = semaphore::anonymous();
    std::chrono::nanoseconds best = 1h;
    for (int i = 0; i < 10; ++i) {
        best = std::min(best, notice_time(object, 0));
    }
    RecordProperty("microseconds", static_cast<int>(best.count() / 1000));
    EXPECT_LT(best, 50ms) << "the belt alone takes 100 ms";
}

// Reported, not asserted: the memory of this machine and its load decide how long it takes.
TEST(death, a_waiter_gets_the_permit_of_a_killed_holder_of_much_memory)
{
    if (::sysconf(_SC_AVPHYS_PAGES) < (3L << 30) / ::sysconf(_SC_PAGESIZE)) {
        GTEST_SKIP() << "this machine has less than 3 GB free";
    }
    auto object = semaphore::anonymous();
    const auto took = notice_time(object, std::size_t{3} << 29);
    std::printf("[  notice  ] %.3f ms after the kill of a holder with 1.5 GB\n",
                std::chrono::duration<double, std::milli>(took).count());
    RecordProperty("microseconds", static_cast<int>(took.count() / 1000));
    EXPECT_EQ(object.available(), 1);
}

TEST(death, the_belt_is_enough_where_the_kernel_cannot_watch_several_words)
{
    platform::set_watching_several(false);
    auto object = semaphore::anonymous();
    EXPECT_GT(notice_time(object, 0), 0ns);
    platform::set_watching_several(true);
}

TEST(death, a_woken_waiter_that_is_killed_before_it_takes_leaves_the_permit_to_the_next)
{
    auto object = semaphore::anonymous();
    for (int round = 0; round < 100 && !HasFailure(); ++round) {
        auto held = std::make_unique<permit<semaphore>>(object);
        child first{[&] { return bool(permit{object, 1, 60s}); }};
        ASSERT_TRUE(eventually([&] { return object.waiters() == 1; }));
        child second{[&] { return bool(permit{object, 1, 60s}); }};
        ASSERT_TRUE(eventually([&] { return object.waiters() == 2; }));
        first.gets(SIGSTOP);
        held->release();
        first.gets(SIGKILL);
        ASSERT_TRUE(second.succeeds()) << "round " << round;
        EXPECT_EQ(object.available(), 1);
    }
}

TEST(death, a_killed_waiter_disturbs_nobody)
{
    auto object = semaphore::anonymous({.capacity = 2, .fairness = fairness::fifo});
    permit all{object, 2};
    child large{[&] { return bool(permit{object, 2, 60s}); }};
    ASSERT_TRUE(eventually([&] { return object.waiters() == 1; }));
    auto small = start([&] { return bool(permit{object, 1, 60s}); });
    ASSERT_TRUE(eventually([&] { return object.waiters() == 2; }));
    {
        const permit part = all.split(1);
    }
    EXPECT_FALSE(small.is_done()) << "the large one stands before it";
    large.ends_by(SIGKILL);
    EXPECT_TRUE(small.get());
}

TEST(death, a_stopped_process_is_alive_and_nothing_is_stolen_from_it)
{
    auto object = semaphore::anonymous();
    child holder{[&] {
        const permit held{object};
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.available() == 0; }));
    holder.gets(SIGSTOP);
    EXPECT_EQ((permit{object, 1, 350ms}.outcome()), outcome::timed_out) << "longer than three belts";
    EXPECT_EQ(object.holders().size(), 1U);
    holder.ends_by(SIGKILL);
    EXPECT_TRUE((permit{object, 1, 60s}));
}

TEST(death, a_thread_that_ends_is_no_death)
{
    auto object = semaphore::anonymous();
    child holder{[&] {
        permit<semaphore> held;
        auto taker = start([&] { held = permit{object}; });  // it attaches this process, and ends
        return taker.get() && sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.available() == 0; }));
    EXPECT_EQ((permit{object, 1, 350ms}.outcome()), outcome::timed_out);
    holder.ends_by(SIGKILL);
    EXPECT_TRUE((permit{object, 1, 60s})) << "without a mark the file lock tells";
}

TEST(death, exec_gives_the_permits_back)
{
    auto object = semaphore::anonymous();
    child holder{[&] {
        const permit held{object};
        ::execl("/bin/sleep", "sleep", "100", nullptr);
        return false;
    }};
    EXPECT_TRUE((permit{object, 1, 60s}));
    holder.ends_by(SIGKILL);
}

TEST(death, random_kills_lose_no_permit)
{
    auto object = semaphore::anonymous({.capacity = 3});
    const auto work = [&] {
        dice chance{static_cast<std::uint32_t>(::getpid())};
        for (;;) {
            const permit held{object, static_cast<std::ptrdiff_t>(chance.below(3)) + 1,
                              std::chrono::microseconds{chance.below(500)}};
            dawdle(chance.below(3'000));
        }
        return true;
    };
    std::deque<child> crowd;
    dice chance{7};
    int kills = 0;
    for (const auto end = clock::now() + soak_time(); clock::now() < end; ++kills) {
        while (crowd.size() < 8) {
            crowd.emplace_back(work);
        }
        dawdle(chance.below(2'000'000));
        crowd.pop_front();
    }
    crowd.clear();
    RecordProperty("kills", kills);
    EXPECT_EQ(object.available(), 3);
    EXPECT_EQ(object.out(), 0);
    EXPECT_EQ(object.waiters(), 0);
    EXPECT_TRUE((permit{object, 3, 60s}));
}

TEST(mutex_death, the_next_owner_is_told_who_died)
{
    auto object = process::mutex::anonymous();
    child owner{[&] {
        object.lock();
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.owner() != process::owner_id::none; }));
    const pid_t pid = owner.pid();
    owner.ends_by(SIGKILL);
    EXPECT_EQ(object.lock(60s), outcome::owner_died);
    ASSERT_TRUE(object.recovered_from());
    EXPECT_EQ(object.recovered_from()->pid, pid);
    object.unlock();
    EXPECT_EQ(object.lock(60s), outcome::acquired) << "told once";
    EXPECT_FALSE(object.recovered_from());
    object.unlock();
}

TEST(mutex_death, a_poisoned_mutex_stays_shut_until_it_is_repaired)
{
    auto object = process::mutex::anonymous({.on_owner_death = process::on_death::poison});
    child owner{[&] {
        object.lock();
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.owner() != process::owner_id::none; }));
    auto waiter = start([&] { return object.lock(limit{}); });
    ASSERT_TRUE(eventually([&] { return object.waiters().size() == 1; }));
    owner.ends_by(SIGKILL);
    EXPECT_EQ(waiter.get(), outcome::closed);
    EXPECT_FALSE(object.try_lock());
    EXPECT_TRUE(refusal(std::errc::owner_dead, [&] { object.lock(); }));
    EXPECT_TRUE(object.recovered_from());
    object.repair();
    EXPECT_EQ(object.lock(60s), outcome::acquired);
    object.unlock();
}

}  // namespace
}  // namespace signalbox::contract
