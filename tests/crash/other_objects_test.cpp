// SIGKILL at every instruction of what is longer or rarer: mutexes, creation, recovery itself.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include <signalbox/process/mutex.hpp>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

using namespace std::chrono_literals;

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
