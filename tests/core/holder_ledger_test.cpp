// The ledger's word and entries, without threads: every transition changes what it says and nothing else.
#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "core/holder_ledger.hpp"

namespace signalbox::detail {
namespace {

using word = ledger_word;

constexpr std::array<std::int64_t, 7> frees{0, 1, 2, word::most, -1, -2, -word::most};
constexpr std::array<std::uint32_t, 4> cells{0, 1, 1000, word::holders_most - 1};
constexpr std::array<std::uint32_t, 5> numbers{0, 1, word::sequence_mask, word::sequence_mask + 1, ~0U};

TEST(ledger_word, an_operation_changes_free_who_and_sequence_and_no_flag)
{
    for (const std::int64_t free : frees) {
        for (const std::uint32_t cell : cells) {
            for (const std::uint32_t number : numbers) {
                for (word::type flags = 0; flags < 8; ++flags) {
                    const word::type before = word::make(0) | flags;
                    const word::type after = word::operate(before, free, cell, number);
                    ASSERT_EQ(word::free_of(after), free);
                    ASSERT_EQ(word::who_of(after), cell);
                    ASSERT_EQ(word::sequence_of(after), number & word::sequence_mask);
                    ASSERT_EQ(after & 7U, flags);
                    const word::type back = word::add_free(after, -free);
                    ASSERT_EQ(word::free_of(back), 0);
                    ASSERT_EQ(word::who_of(back), cell);
                    ASSERT_EQ(back & 7U, flags);
                }
            }
        }
    }
}

TEST(ledger_word, two_operations_add_up)
{
    const word::type first = word::operate(word::make(5), -3, 7, 1);
    const word::type second = word::operate(first, -2, 8, 9);
    EXPECT_EQ(word::free_of(second), 0);
    EXPECT_EQ(word::who_of(second), 8U);
    EXPECT_EQ(word::free_of(word::operate(second, -1, 7, 2)), -1);
}

TEST(holder_entry, it_survives_the_file_and_is_named_by_its_own_word_alone)
{
    for (const std::int32_t value : {0, 1, -1, 1'073'741'823, -1'073'741'823}) {
        for (const std::uint32_t number : numbers) {
            const holder_entry entry{value, number};
            const holder_entry read = holder_entry::of(entry.bits());
            ASSERT_EQ(read.value, value);
            ASSERT_EQ(read.number, number);
            const holder_entry next = entry.next(3);
            ASSERT_EQ(next.value, value + 3);
            ASSERT_NE(next.number % 2, entry.number % 2) << "the entry before it stays";
            const word::type after = word::operate(word::make(0), 1, 5, next.number);
            ASSERT_TRUE(next.is_named_by(after));
            ASSERT_FALSE(entry.is_named_by(after));
        }
    }
}

}  // namespace
}  // namespace signalbox::detail
