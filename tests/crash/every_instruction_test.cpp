// SIGKILL at every single instruction of the shared operations: nothing is lost, doubled or stranded.
//
// Each test kills a fresh process at its first instruction, at its second, ... until the operation ends
// before the kill; and after every kill looks at what is left: the permits add up, the next operation works,
// and whoever waits goes on.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "../contract/harness.hpp"
#include "stepping.hpp"

namespace signalbox::crash {
namespace {

using contract::eventually;
using contract::start;
using process::semaphore;
using namespace std::chrono_literals;

// Kills at each `stride`-th instruction of `operation`, with `check(instruction)` after each; reports how many.
void at_every_instruction(const char* what, const std::function<void()>& operation,
                          const std::function<void(std::size_t)>& check, std::size_t usual_stride = 1)
{
    // SIGNALBOX_CRASH_STRIDE=1: at every instruction of the long ones too, which takes an hour
    const auto stride = static_cast<std::size_t>(
        contract::number_from_environment("SIGNALBOX_CRASH_STRIDE", static_cast<double>(usual_stride)));
    std::size_t points = 0;
    for (std::size_t at = 0;; at += stride) {
        const steps result = kill_at(at, operation);
        ASSERT_FALSE(result.is_stuck) << what << " at " << at;
        check(at);
        if (::testing::Test::HasFailure()) {
            FAIL() << what << ": killed at instruction " << at;
        }
        ++points;
        if (result.has_ended) {
            break;
        }
        ASSERT_EQ(result.taken, at);
    }
    std::printf("[  points  ] %6zu  %s\n", points, what);
    ::testing::Test::RecordProperty("points", static_cast<int>(points));
}

/// Everything is there, and everybody can have it.
void expect_all(semaphore& object, std::ptrdiff_t capacity)
{
    EXPECT_EQ(object.available(), capacity);
    EXPECT_EQ(object.out(), 0);
    EXPECT_EQ(object.waiters(), 0);
    EXPECT_TRUE(object.holders().empty());
    {
        const permit all{object, capacity, 10s};
        EXPECT_TRUE(all);
    }
    EXPECT_EQ(object.available(), capacity);
}

TEST(every_instruction, of_acquiring_and_releasing_a_permit)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "permit, acquired and released",
        [&] {
            {
                const permit warm{object};
            }
            begin();
            {
                const permit held{object};
            }
            end();
        },
        [&](std::size_t) { expect_all(object, 3); });
}

TEST(every_instruction, of_a_permit_for_several_while_others_hold_some)
{
    auto object = semaphore::anonymous({.capacity = 8});
    const permit ours{object, 2};
    at_every_instruction(
        "permit for 5 of 8, acquired and released",
        [&] {
            {
                const permit warm{object};
            }
            begin();
            {
                permit held{object, 5};
                permit part = held.split(2);
                part.release();
            }
            end();
        },
        [&](std::size_t) {
            EXPECT_EQ(object.available(), 6);
            EXPECT_EQ(object.out(), 0);
            const permit rest{object, 6, 10s};
            EXPECT_TRUE(rest);
        });
}

TEST(every_instruction, of_the_first_permit_of_a_process)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "attaching after fork, first permit",
        [&] {
            begin();
            {
                const permit held{object};
            }
            end();
        },
        [&](std::size_t) { expect_all(object, 3); }, 97);
}

TEST(every_instruction, of_plain_acquire_and_release)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "plain acquire(2), release(2)",
        [&] {
            begin();
            object.acquire(2);
            object.release(2);
            end();
        },
        [&](std::size_t) {
            // what is out is owed by nobody: either all of the two, or nothing
            const std::ptrdiff_t out = object.out();
            EXPECT_TRUE(out == 0 || out == 2) << out;
            EXPECT_EQ(object.available() + out, 3);
            object.release(out);
            expect_all(object, 3);
        });
}

TEST(every_instruction, of_a_release_that_wakes_a_waiter)
{
    auto object = semaphore::anonymous({.capacity = 1});
    at_every_instruction(
        "release of a permit that somebody waits for",
        [&] {
            const permit held{object};
            auto waiter = ::fork();  // a process of its own, killed with this one's group by its own clock
            if (waiter == 0) {
                ::_exit(permit{object, 1, 20s} ? 0 : 1);
            }
            while (object.waiters() == 0) {
            }
            begin();
            const_cast<permit<semaphore>&>(held).release();
            end();
        },
        [&](std::size_t) {
            const permit next{object, 1, 10s};
            EXPECT_TRUE(next) << "the waiter got it, ended, and gave it back";
        });
    EXPECT_TRUE(eventually([&] { return object.waiters() == 0; }));
    expect_all(object, 1);
}

TEST(every_instruction, of_a_wait_that_is_granted)
{
    auto object = semaphore::anonymous({.capacity = 1});
    at_every_instruction(
        "acquire that has to wait until a time",
        [&] {
            const permit held{object};
            begin();
            const permit late{object, 1, 1us};
            end();
        },
        [&](std::size_t) { expect_all(object, 1); }, 29);
}

TEST(every_instruction, of_forgetting_and_adopting)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "forget and adopt",
        [&] {
            permit held{object, 2};
            begin();
            const std::ptrdiff_t n = held.forget();
            permit again{object, n, std::adopt_lock};
            end();
        },
        [&](std::size_t) {
            const std::ptrdiff_t out = object.out();
            EXPECT_TRUE(out == 0 || out == 2) << out;
            object.release(out);
            expect_all(object, 3);
        });
}

TEST(every_instruction, of_resizing_and_closing)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "resize 3 to 5",
        [&] {
            {
                const permit warm{object};
            }
            begin();
            object.resize(5);
            end();
        },
        [&](std::size_t) {
            const std::ptrdiff_t capacity = object.capacity();
            EXPECT_TRUE(capacity == 3 || capacity == 5) << capacity;
            expect_all(object, capacity);
            object.resize(3);
        },
        5);
}

TEST(every_instruction, of_locking_and_unlocking_a_mutex)
{
    auto object = process::mutex::anonymous();
    std::size_t told = 0;
    at_every_instruction(
        "mutex, locked and unlocked",
        [&] {
            object.lock();
            object.unlock();
            begin();
            object.lock();
            object.unlock();
            end();
        },
        [&](std::size_t) {
            const outcome ended = object.lock(10s);
            EXPECT_TRUE(is_acquired(ended)) << to_string(ended);
            EXPECT_EQ(ended == outcome::owner_died, object.recovered_from().has_value());
            told += ended == outcome::owner_died ? 1 : 0;
            object.unlock();
            EXPECT_EQ(object.lock(10s), outcome::acquired) << "told once";
            object.unlock();
        });
    EXPECT_GT(told, 0U);
}

TEST(every_instruction, of_creating_an_object)
{
    char pattern[] = "/dev/shm/signalbox-crash-XXXXXX";
    ::setenv("SIGNALBOX_DIR", ::mkdtemp(pattern), 1);
    at_every_instruction(
        "create",
        [&] {
            begin();
            auto made = semaphore::create("new", {.capacity = 2});
            end();
        },
        [&](std::size_t) {
            {
                auto found = semaphore::open_or_create("new", {.capacity = 2});
                expect_all(found, 2);
            }
            EXPECT_TRUE(semaphore::remove("new"));
            EXPECT_TRUE(std::filesystem::is_empty(pattern)) << "nothing else is left behind";
        },
        89);
    ::unsetenv("SIGNALBOX_DIR");
    std::filesystem::remove_all(pattern);
}

TEST(every_instruction, of_recovering_from_another_death)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "a recovery",
        [&] {
            {
                const permit warm{object};
            }
            if (const pid_t holder = ::fork(); holder == 0) {
                const permit held{object, 2};
                ::kill(::getpid(), SIGKILL);
            } else {
                ::waitpid(holder, nullptr, 0);
            }
            begin();
            (void)object.available();
            end();
        },
        [&](std::size_t) { expect_all(object, 3); }, 61);
}

}  // namespace
}  // namespace signalbox::crash
