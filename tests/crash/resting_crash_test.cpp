// SIGKILL at every instruction while permits rest, and while they are gathered.
#include <chrono>

#include <gtest/gtest.h>

#include <signalbox/process/mutex.hpp>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

using namespace std::chrono_literals;

// After it the permits rest in the pocket of this thread.
void rest(semaphore& object, std::ptrdiff_t n)
{
    for (int i = 0; i < 70'000; ++i) {
        const permit held{object, n};
    }
}

void rest(process::mutex& object)
{
    for (int i = 0; i < 70'000; ++i) {
        object.lock();
        object.unlock();
    }
}

TEST(every_instruction, of_a_permit_that_rests)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "permit, taken from its pocket and laid back",
        [&] {
            rest(object, 1);
            begin();
            {
                const permit held{object};
            }
            end();
        },
        [&](std::size_t) { expect_all(object, 3); });
}

TEST(every_instruction, of_a_mutex_that_rests)
{
    auto object = process::mutex::anonymous();
    std::size_t told = 0;
    at_every_instruction(
        "mutex, taken from its pocket and laid back",
        [&] {
            rest(object);
            begin();
            object.lock();
            object.unlock();
            end();
        },
        [&](std::size_t) {
            const outcome ended = object.lock(10s);
            told += ended == outcome::owner_died ? 1 : 0;
            object.unlock();
            EXPECT_EQ(object.lock(10s), outcome::acquired) << "told once";
            object.unlock();
        });
    EXPECT_GT(told, 0U) << "some died while they owned it, as in the 20 instructions between the two calls";
    EXPECT_LT(told, 300U) << "nobody owns what rests";
}

TEST(every_instruction, of_a_permit_while_nothing_may_rest)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "permit, acquired and released through the ledger",
        [&] {
            {
                const permit warm{object};
            }
            EXPECT_FALSE(object.try_acquire(4)) << "it gathers";
            begin();
            {
                const permit held{object};
            }
            end();
        },
        [&](std::size_t) { expect_all(object, 3); });
}

TEST(every_instruction, of_another_number_of_permits_than_rests)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "permit for 2 while one rests, divided",
        [&] {
            rest(object, 1);
            begin();
            {
                permit held{object, 2};
                permit part = held.split(1);
                const permit third{object};
            }
            end();
        },
        [&](std::size_t) { expect_all(object, 3); }, 3);
}

TEST(every_instruction, of_gathering_what_rests_elsewhere)
{
    auto object = semaphore::anonymous({.capacity = 3});
    rest(object, 2);
    at_every_instruction(
        "try_acquire of what rests in another process",
        [&] {
            begin();
            object.release(object.try_acquire(3) ? 3 : 0);
            end();
        },
        [&](std::size_t) {
            object.release(object.out());  // taken, and owed by nobody
            EXPECT_EQ(object.available(), 3);
            EXPECT_TRUE(object.holders().empty());
            rest(object, 2);
        },
        211);
    expect_all(object, 3);
}

TEST(every_instruction, of_recovering_from_one_who_died_gathering)
{
    auto object = process::mutex::anonymous();
    at_every_instruction(
        "mutex, locked while it rests with another process",
        [&] {
            begin();
            object.lock();
            object.unlock();
            end();
        },
        [&](std::size_t) {
            EXPECT_TRUE(is_acquired(object.lock(10s)));
            object.unlock();
            EXPECT_EQ(object.owner(), process::owner_id::none);
            rest(object);
        },
        97);
}

}  // namespace
}  // namespace signalbox::crash
