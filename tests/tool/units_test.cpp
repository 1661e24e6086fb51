// Durations, sizes, numbers and modes: every form, the limits, and what is refused.
#include "units.hpp"

#include <string>

#include <gtest/gtest.h>
#include <signalbox/process/semaphore.hpp>

#include "failure.hpp"

namespace signalbox::tool {
namespace {

using namespace std::chrono_literals;

// What is told of a text that is refused; empty if it is not.
template <class Parse>
std::string refusal(const Parse& parse)
{
    try {
        static_cast<void>(parse());
        return "";
    } catch (const failure& error) {
        EXPECT_EQ(error.code(), usage);
        return error.what();
    }
}

TEST(units, a_duration_has_a_unit_or_is_in_seconds)
{
    EXPECT_EQ(duration_of("500ms", "--timeout"), 500ms);
    EXPECT_EQ(duration_of("30s", "--timeout"), 30s);
    EXPECT_EQ(duration_of("5m", "--timeout"), 5min);
    EXPECT_EQ(duration_of("2h", "--timeout"), 2h);
    EXPECT_EQ(duration_of("1d", "--timeout"), 24h);
    EXPECT_EQ(duration_of("1.5", "--timeout"), 1500ms);
    EXPECT_EQ(duration_of("7", "--timeout"), 7s);
    EXPECT_EQ(duration_of("0.25m", "--timeout"), 15s);
    EXPECT_EQ(duration_of("1.5ms", "--timeout"), 1500us);
    EXPECT_EQ(duration_of("2.s", "--timeout"), 2s);
    EXPECT_EQ(duration_of("007", "--timeout"), 7s);
}

TEST(units, a_duration_is_between_nothing_and_31_years)
{
    EXPECT_EQ(duration_of("0", "--timeout"), 0s);
    EXPECT_EQ(duration_of("0ms", "--timeout"), 0s);
    EXPECT_EQ(duration_of("1000000000", "--timeout"), 1'000'000'000s);
    EXPECT_EQ(duration_of("1000000001", "--timeout"), 1'000'000'000s);
    EXPECT_EQ(duration_of("99999999999999999999d", "--timeout"), 1'000'000'000s);
    EXPECT_EQ(duration_of("0.0000000001", "--timeout"), 0s);
}

TEST(units, what_is_no_duration_is_refused)
{
    for (const char* text :
         {"",     " ",  "s",    "ms",    ".",   ".5",   "-1",  "+1",  "1 s", " 1",    "1x",
          "1sec", "1S", "1mss", "1.2.3", "1e3", "0x10", "inf", "nan", "1s ", "1m30s", "1,5"}) {
        EXPECT_EQ(refusal([&] { return duration_of(text, "--hold-limit"); }),
                  "--hold-limit: '" + std::string{text} +
                      "' is no duration, as 500ms, 30s, 5m, 2h, 1d or 1.5 (seconds)");
    }
}

TEST(units, a_size_is_a_number_a_share_of_the_processors_or_some_more)
{
    EXPECT_EQ(size_of("4", "-n", 8), 4);
    EXPECT_EQ(size_of("0", "-n", 8), 0);
    EXPECT_EQ(size_of("50%", "-n", 8), 4);
    EXPECT_EQ(size_of("100%", "-n", 8), 8);
    EXPECT_EQ(size_of("250%", "-n", 8), 20);
    EXPECT_EQ(size_of("+0", "-n", 8), 8);
    EXPECT_EQ(size_of("+1", "-n", 8), 9);
}

TEST(units, a_share_is_rounded_down_and_never_nothing)
{
    EXPECT_EQ(size_of("99%", "-n", 2), 1);
    EXPECT_EQ(size_of("49%", "-n", 2), 1);
    EXPECT_EQ(size_of("0%", "-n", 2), 1);
    EXPECT_EQ(size_of("50%", "-n", 0), 1) << "there is a processor, also where nobody can say so";
    EXPECT_EQ(size_of("+1", "-n", 0), 2);
}

TEST(units, a_size_has_limits)
{
    const std::ptrdiff_t most = process::semaphore::max() - 8;
    EXPECT_EQ(size_of(std::to_string(most), "-n", 8), most);
    EXPECT_EQ(size_of("+" + std::to_string(most), "-n", 8), process::semaphore::max());
    EXPECT_EQ(size_of("100000%", "-n", 8), 8000);
    for (const std::string& text : {std::to_string(most + 1), "+" + std::to_string(most + 1),
                                    std::string{"100001%"}, std::string{"99999999999999999999"}}) {
        EXPECT_NE(refusal([&] { return size_of(text, "-n", 8); }), "") << text;
    }
}

TEST(units, what_is_no_size_is_refused)
{
    for (const char* text :
         {"", " ", "+", "%", "-1", "+-1", "++1", "4%%", "+4%", "1.5", "4 ", " 4", "4x", "-4%", "0x4"}) {
        EXPECT_EQ(
            refusal([&] { return size_of(text, "--capacity", 8); }),
            "--capacity: '" + std::string{text} +
                "' is no size, as 4, 50% (of the processors) or +1 (one more than there are processors)");
    }
}

TEST(units, a_number_is_whole_and_within_its_limits)
{
    EXPECT_EQ(number_of("1", "N", 1, 9), 1);
    EXPECT_EQ(number_of("9", "N", 1, 9), 9);
    for (const char* text : {"0", "10", "", "-1", "+1", "1.0", "1 ", "x", "99999999999999999999"}) {
        EXPECT_EQ(refusal([&] { return number_of(text, "N", 1, 9); }),
                  "N: '" + std::string{text} + "' is no whole number from 1 to 9");
    }
}

TEST(units, a_mode_is_octal)
{
    EXPECT_EQ(mode_of("0660", "--mode"), 0660U);
    EXPECT_EQ(mode_of("600", "--mode"), 0600U);
    EXPECT_EQ(mode_of("0777", "--mode"), 0777U);
    EXPECT_EQ(mode_of("0", "--mode"), 0U);
    for (const char* text : {"", "8", "0668", "1000", "-1", "+660", "rw", "660 ", "77777777777777777777"}) {
        EXPECT_EQ(refusal([&] { return mode_of(text, "--mode"); }),
                  "--mode: '" + std::string{text} + "' is no permission, as 0660");
    }
}

}  // namespace
}  // namespace signalbox::tool
