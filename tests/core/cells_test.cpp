// What the cell of a semaphore says of its word and its capacity.
#include <signalbox/detail/permit_word.hpp>

#include <gtest/gtest.h>

namespace {

using signalbox::outcome;
using signalbox::detail::permit_cell;
using signalbox::detail::permit_word;

TEST(permit_cell, says_what_forbids_to_wait_to_overtake_and_to_take)
{
    for (const auto flags : {permit_word::type{0}, permit_word::fifo, permit_word::spinning}) {
        const permit_cell cell{{permit_word::make(3, false) | flags}, {5}};
        const auto open = permit_word::make(3, false) | flags;
        const auto closed = permit_word::close(open);
        const bool is_fifo = (flags & permit_word::fifo) != 0;
        EXPECT_EQ(cell.refusal(open, 5), std::nullopt);
        EXPECT_EQ(cell.refusal(open, 6), signalbox::detail::outgrown);
        EXPECT_EQ(cell.refusal(closed, 5), outcome::closed);
        EXPECT_EQ(permit_cell::idle_flags(open), 0U);
        EXPECT_EQ(permit_cell::idle_flags(closed), permit_word::reserved);
        EXPECT_EQ(permit_cell::is_strict(open), is_fifo);
        EXPECT_EQ(permit_cell::reserves(open, 1, false), is_fifo);
        EXPECT_TRUE(permit_cell::reserves(open, 2, false));
        EXPECT_FALSE(permit_cell::is_settling(open));
        EXPECT_TRUE(permit_cell::is_settling(flags + permit_word::release_of(1)));
        EXPECT_TRUE(cell.can_take(open, 2));
        EXPECT_FALSE(cell.can_take(open, 3));
        EXPECT_EQ(permit_cell::take(open, 2), (permit_word::make(5, false) | flags));
    }
}

}  // namespace
