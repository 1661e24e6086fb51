// Keys, from what a terminal sends for them.
#include "keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::tool {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

key letter(const char* text)
{
    return key{.letter = text};
}

std::vector<key> keys_in(std::string typed)
{
    const std::vector<key> keys = keys_of(typed, false);
    EXPECT_EQ(typed, "");
    return keys;
}

TEST(keys, letters_are_themselves)
{
    EXPECT_THAT(keys_in("aZ/ "), ElementsAre(letter("a"), letter("Z"), letter("/"), letter(" ")));
    EXPECT_THAT(keys_in("\xc3\xbc\xe6\xbc\xa2\xf0\x9f\x9a\xa6"),
                ElementsAre(letter("\xc3\xbc"), letter("\xe6\xbc\xa2"), letter("\xf0\x9f\x9a\xa6")));
}

TEST(keys, both_forms_of_a_key_mean_it)
{
    for (const auto& [kind, forms] :
         {std::pair{key_kind::up, "\x1b[A\x1bOA"}, std::pair{key_kind::down, "\x1b[B\x1bOB"},
          std::pair{key_kind::page_up, "\x1b[5~\x1b[5~"}, std::pair{key_kind::page_down, "\x1b[6~\x1b[6~"},
          std::pair{key_kind::home, "\x1b[H\x1b[1~"}, std::pair{key_kind::home, "\x1bOH\x1b[H"},
          std::pair{key_kind::end, "\x1b[F\x1b[4~"}, std::pair{key_kind::end, "\x1bOF\x1b[F"},
          std::pair{key_kind::enter, "\r\n"}, std::pair{key_kind::backspace, "\b\x7f"}}) {
        EXPECT_THAT(keys_in(forms), ElementsAre(key{kind}, key{kind})) << forms;
    }
}

TEST(keys, what_has_no_meaning_is_swallowed_whole)
{
    EXPECT_THAT(keys_in("\x1b[1;5Ax\x1b[15~\x1bOP\x01"
                        "\x1b[200~y"),
                ElementsAre(letter("x"), letter("y")));
}

TEST(keys, a_part_of_a_key_waits_for_the_rest)
{
    for (const std::string whole : {"\x1b[5~", "\x1bOA", "\xe6\xbc\xa2"}) {
        for (std::size_t length = 1; length < whole.size(); ++length) {
            std::string typed = whole.substr(0, length);
            EXPECT_THAT(keys_of(typed, false), IsEmpty());
            EXPECT_EQ(typed, whole.substr(0, length));
            typed += whole.substr(length);
            EXPECT_EQ(keys_of(typed, false).size(), 1U);
            EXPECT_EQ(typed, "");
        }
    }
}

TEST(keys, after_a_pause_escape_is_a_key_and_other_parts_are_nothing)
{
    std::string typed = "\x1b";
    EXPECT_THAT(keys_of(typed, true), ElementsAre(key{key_kind::escape}));
    EXPECT_EQ(typed, "");
    for (std::string part : {"\x1b[", "\x1b[5", "\x1bO"}) {
        EXPECT_THAT(keys_of(part, true), IsEmpty());
        EXPECT_EQ(part, "");
    }
}

TEST(keys, escape_before_another_key_is_a_key)
{
    EXPECT_THAT(keys_in("\x1bq"), ElementsAre(key{key_kind::escape}, letter("q")));
}

}  // namespace
}  // namespace signalbox::tool
