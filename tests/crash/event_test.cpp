// SIGKILL at every instruction of events and recursive mutexes.
#include <chrono>
#include <csignal>

#include <unistd.h>

#include <signalbox/process/event.hpp>
#include <signalbox/process/recursive_mutex.hpp>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

using contract::eventually;
using process::event;
using namespace std::chrono_literals;

// A process that waits for the event, and says so when it was let through; it is nobody's to reap.
void wait_elsewhere(event& happened, semaphore& through)
{
    if (::fork() == 0) {
        ::alarm(60);
        if (happened.wait(50s) == outcome::acquired) {
            through.release();
        }
        ::_exit(0);
    }
    while (happened.waiters() < 1) {
    }
}

// A process that acts once somebody waits, or who should have waited is dead. It holds the permit of
// `helping` until it has ended.
template <class Object, class Function>
void when_somebody_waits(const Object& object, semaphore& helping, Function act)
{
    const pid_t victim = ::getpid();
    while (helping.available() != 1) {
    }
    if (::fork() == 0) {
        const permit helper{helping};
        ::alarm(60);
        while (object.waiters() == 0 && ::getppid() == victim) {
            ::usleep(50);
        }
        act();
        ::kill(::getpid(), SIGKILL);
    }
    while (helping.available() != 0 && object.waiters() == 0) {
    }
}

TEST(every_instruction, of_setting_an_event_that_somebody_waits_for)
{
    auto happened = event::anonymous();
    auto through = semaphore::anonymous({.capacity = 100'000, .initial = 0});
    std::size_t before = 0;
    std::size_t after = 0;
    at_every_instruction(
        "set of an event that somebody waits for",
        [&] {
            wait_elsewhere(happened, through);
            happened.set();  // warm: the code is there, and nothing is left to bind
            happened.reset();
            through.acquire();
            wait_elsewhere(happened, through);
            begin();
            happened.set();
            end();
        },
        [&](std::size_t) {
            const bool is_set = happened.is_set();
            (is_set ? after : before)++;
            if (!is_set) {
                happened.set();
            }
            EXPECT_EQ(through.acquire(1, 20s), outcome::acquired) << (is_set ? "set" : "not set");
            EXPECT_TRUE(eventually([&] { return happened.waiters() == 0; }));
            EXPECT_TRUE(happened.reset());
        },
        3);
    EXPECT_GT(before, 0U);
    EXPECT_GT(after, 1U) << "some were killed after the swap, before the call";
}

TEST(every_instruction, of_a_wait_for_an_event_that_is_set)
{
    auto happened = event::anonymous();
    auto helping = semaphore::anonymous();
    at_every_instruction(
        "wait for an event, and being let through",
        [&] {
            when_somebody_waits(happened, helping, [&] { happened.set(); });
            happened.wait();  // warm
            happened.reset();
            when_somebody_waits(happened, helping, [&] { happened.set(); });
            begin();
            happened.wait();
            end();
        },
        [&](std::size_t) {
            EXPECT_TRUE(eventually([&] { return helping.available() == 1; }));
            EXPECT_EQ(happened.waiters(), 0);
            happened.reset();
            EXPECT_EQ(happened.wait(1us), outcome::timed_out);
            happened.set();
            EXPECT_EQ(happened.wait(10s), outcome::acquired);
            happened.reset();
        },
        13);
}

TEST(every_instruction, of_a_wait_for_a_permit_that_is_released)
{
    auto object = semaphore::anonymous({.capacity = 2, .fairness = fairness::fifo});  // waits asleep
    auto helping = semaphore::anonymous();
    const auto let_it_wait = [&] {  // both are out while the victim comes to wait
        permit{object, 2}.forget();
        when_somebody_waits(object, helping, [&] { object.release(2); });
    };
    at_every_instruction(
        "wait for a permit, and being woken",
        [&] {
            let_it_wait();
            (void)permit{object};  // warm
            let_it_wait();
            begin();
            {
                const permit mine{object};
            }
            end();
        },
        [&](std::size_t) {
            EXPECT_TRUE(eventually([&] { return helping.available() == 1; }));
            expect_all(object, 2);
        },
        997);
}

TEST(every_instruction, of_locking_a_recursive_mutex_twice)
{
    auto object = process::recursive_mutex::anonymous();
    std::size_t told = 0;
    at_every_instruction(
        "recursive mutex, locked and unlocked twice",
        [&] {
            object.lock();
            object.unlock();
            begin();
            object.lock();
            object.lock();
            object.unlock();
            object.unlock();
            end();
        },
        [&](std::size_t) {
            const outcome ended = object.lock(10s);
            EXPECT_TRUE(is_acquired(ended)) << to_string(ended);
            EXPECT_EQ(object.depth(), 1U) << "the dead owner's depth is gone";
            EXPECT_EQ(ended == outcome::owner_died, object.recovered_from().has_value());
            told += ended == outcome::owner_died ? 1 : 0;
            EXPECT_EQ(object.lock(10s), outcome::acquired);
            object.unlock();
            object.unlock();
            EXPECT_EQ(object.lock(10s), outcome::acquired) << "told once";
            object.unlock();
        });
    EXPECT_GT(told, 10U);
}

}  // namespace
}  // namespace signalbox::crash
