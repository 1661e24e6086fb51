// SIGKILL at every instruction of what takes names away: removing and collecting.
#include <cstdlib>
#include <filesystem>

#include <signalbox/process/objects.hpp>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

class every_instruction_of_a_name : public ::testing::Test {
protected:
    every_instruction_of_a_name() { ::setenv("SIGNALBOX_DIR", ::mkdtemp(directory_), 1); }

    ~every_instruction_of_a_name() override
    {
        ::unsetenv("SIGNALBOX_DIR");
        std::filesystem::remove_all(directory_);
    }

    // The object works, or is gone; whoever opens or makes it next has one that works.
    void expect_a_working_object()
    {
        {
            auto found = semaphore::open_or_create("db", {.capacity = 2});
            expect_all(found, 2);
        }
        EXPECT_TRUE(semaphore::remove("db"));
        EXPECT_TRUE(std::filesystem::is_empty(directory_));
    }

    char directory_[40] = "/dev/shm/signalbox-crash-XXXXXX";
};

TEST_F(every_instruction_of_a_name, of_removing_an_object)
{
    at_every_instruction(
        "remove",
        [&] {
            (void)semaphore::create("db", {.capacity = 2});
            begin();
            semaphore::remove("db");
            end();
        },
        [&](std::size_t) { expect_a_working_object(); }, 1009);
}

TEST_F(every_instruction_of_a_name, of_removing_an_object_that_is_open)
{
    at_every_instruction(
        "remove what is open",
        [&] {
            const auto made = semaphore::create("db", {.capacity = 2});
            begin();
            semaphore::remove("db");
            end();
        },
        [&](std::size_t) { expect_a_working_object(); }, 7);
}

TEST_F(every_instruction_of_a_name, of_collecting_an_object)
{
    at_every_instruction(
        "collect",
        [&] {
            (void)semaphore::create("db", {.capacity = 2});
            begin();
            (void)process::collect();
            end();
        },
        [&](std::size_t) { expect_a_working_object(); }, 307);
}

TEST_F(every_instruction_of_a_name, of_opening_and_closing_an_object)
{
    auto kept = semaphore::create("db", {.capacity = 2});
    at_every_instruction(
        "open and close",
        [&] {
            begin();
            (void)semaphore::open("db");
            end();
        },
        [&](std::size_t) { expect_all(kept, 2); }, 211);
}

}  // namespace
}  // namespace signalbox::crash
