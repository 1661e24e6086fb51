// SIGKILL at every single instruction of the shared operations: nothing is lost, doubled or stranded.
//
// Each test kills a fresh process at its first instruction, at its second, ... until the operation ends
// before the kill; and after every kill looks at what is left: the permits add up, the next operation works,
// and whoever waits goes on.
#include <chrono>

#include <gtest/gtest.h>
#include <unistd.h>

#include <signalbox/process/semaphore.hpp>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

using contract::eventually;
using namespace std::chrono_literals;

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
            static_cast<void>(object.available());  // takes part: it may have to gather
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

}  // namespace
}  // namespace signalbox::crash
