// Text that others have written, as a terminal can show it.
#include "text.hpp"

#include <gtest/gtest.h>

namespace signalbox::tool {
namespace {

using namespace std::chrono_literals;

TEST(text, what_a_terminal_would_obey_becomes_blank)
{
    EXPECT_EQ(visible("a\x1b[31mb\a\n\tc\x7f"), "a [31mb   c ");
    EXPECT_EQ(visible(std::string{"a\0b", 3}), "a b");
    EXPECT_EQ(visible("a\xc2\x9b"
                      "31mb"),
              "a 31mb")
        << "a control sequence of one letter";
    EXPECT_EQ(visible("a\xe2\x80\xae"
                      "b\xe2\x81\xa6"),
              "a b ")
        << "what turns the direction";
}

TEST(text, what_is_no_utf_8_becomes_a_question_mark)
{
    EXPECT_EQ(visible("\x80"
                      "a"),
              "?a")
        << "a rest without a beginning";
    EXPECT_EQ(visible("a\xc3"), "a?") << "a beginning without a rest";
    EXPECT_EQ(visible("\xc0\x9b"), "??") << "longer than need be";
    EXPECT_EQ(visible("\xe0\x80\x9b"), "???");
    EXPECT_EQ(visible("\xed\xa0\x80"), "???") << "half of a pair";
    EXPECT_EQ(visible("\xf5\x80\x80\x80"), "????") << "beyond the last letter";
}

TEST(text, letters_of_all_lengths_stay)
{
    for (const char* text :
         {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xe6\xbc\xa2\xe5\xad\x97", "\xf0\x9f\x9a\xa6"}) {
        EXPECT_EQ(visible(text), text);
    }
}

TEST(text, a_letter_takes_no_column_one_or_two)
{
    EXPECT_EQ(width_of(""), 0U);
    EXPECT_EQ(width_of("plain"), 5U);
    EXPECT_EQ(width_of("gr\xc3\xbc\xc3\x9f"), 4U);
    EXPECT_EQ(width_of("e\xcc\x81"), 1U) << "an accent stands on its letter";
    EXPECT_EQ(width_of("\xe6\xbc\xa2\xe5\xad\x97"), 4U);
    EXPECT_EQ(width_of("\xf0\x9f\x9a\xa6"), 2U);
}

TEST(text, it_is_cut_at_a_letter_that_would_not_fit)
{
    EXPECT_EQ(cut("plain", 9), "plain");
    EXPECT_EQ(cut("plain", 5), "plain");
    EXPECT_EQ(cut("plain", 3), "pla");
    EXPECT_EQ(cut("plain", 0), "");
    EXPECT_EQ(cut("\xe6\xbc\xa2\xe5\xad\x97", 3), "\xe6\xbc\xa2");
    EXPECT_EQ(cut("e\xcc\x81x", 1), "e\xcc\x81");
}

TEST(text, spans_are_spoken_in_their_unit)
{
    EXPECT_EQ(spoken(-1s), "0.0 s");
    EXPECT_EQ(spoken(1540ms), "1.5 s");
    EXPECT_EQ(spoken(99s), "99.0 s");
    EXPECT_EQ(spoken(100s), "2 min");
    EXPECT_EQ(spoken(2h), "2 h");
    EXPECT_EQ(spoken(99h), "99 h");
    EXPECT_EQ(spoken(240h), "10 d");
}

}  // namespace
}  // namespace signalbox::tool
