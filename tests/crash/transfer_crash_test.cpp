// SIGKILL at every instruction of handing permits over: they are the giver's or the receiver's.
#include <gtest/gtest.h>

#include <signalbox/process/semaphore.hpp>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

TEST(every_instruction, of_transferring_permits)
{
    auto object = semaphore::anonymous({.capacity = 3});
    const auto receiver = object.self();
    std::size_t received = 0;
    at_every_instruction(
        "transfer of 2 of 3",
        [&] {
            permit held{object, 2};
            begin();
            held.transfer(receiver);
            end();
        },
        [&](std::size_t) {
            const std::ptrdiff_t free = object.available();
            EXPECT_TRUE(free == 3 || free == 1) << free;
            EXPECT_EQ(object.out(), 0);
            if (free == 1) {
                const permit mine{object, 2, std::adopt_lock};
                EXPECT_EQ(object.holders().size(), 1U);
                ++received;
            }
            expect_all(object, 3);
        });
    EXPECT_GT(received, 0U);
}

TEST(every_instruction, of_adopting_what_was_transferred)
{
    auto object = semaphore::anonymous({.capacity = 3});
    at_every_instruction(
        "adopting 2 that were transferred",
        [&] {
            permit held{object, 2};
            held.transfer(object.self());
            begin();
            {
                const permit mine{object, 2, std::adopt_lock};
            }
            end();
        },
        [&](std::size_t) { expect_all(object, 3); });
}

}  // namespace
}  // namespace signalbox::crash
