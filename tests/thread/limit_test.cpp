// Limits: what they are made of, and what they say.
#include <chrono>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include <signalbox/limit.hpp>

namespace {

using namespace std::chrono_literals;
using signalbox::deadline;
using signalbox::limit;
using std::chrono::steady_clock;
using std::chrono::system_clock;

static_assert(std::is_nothrow_default_constructible_v<limit>);
static_assert(std::is_nothrow_convertible_v<std::chrono::milliseconds, limit>);
static_assert(std::is_nothrow_convertible_v<std::chrono::duration<double>, limit>);
static_assert(std::is_nothrow_convertible_v<steady_clock::time_point, limit>);
static_assert(std::is_nothrow_convertible_v<system_clock::time_point, limit>);
static_assert(std::is_nothrow_convertible_v<deadline, limit>);
static_assert(std::is_nothrow_convertible_v<std::stop_token, limit>);
static_assert(!std::is_convertible_v<int, limit> && !std::is_convertible_v<bool, limit>);

limit given(limit until)  // a parameter, as functions take it
{
    return until;
}

TEST(limit, without_anything_it_is_for_ever)
{
    const limit until = given({});
    EXPECT_TRUE(until.is_for_ever());
    EXPECT_TRUE(until.until().is_never());
    EXPECT_FALSE(until.can_stop());
    EXPECT_FALSE(until.is_stopped());
}

TEST(limit, a_time_in_any_form_is_a_deadline)
{
    const auto soon = steady_clock::now() + 1h;
    EXPECT_EQ(given(soon).until().time(), soon);
    EXPECT_EQ(given(deadline::at(soon)).until().time(), soon);
    EXPECT_GE(given(1h).until().time(), soon);
    EXPECT_FALSE(given(system_clock::now() + 1h).until().has_passed());
    EXPECT_TRUE(given(0s).until().has_passed());
    EXPECT_TRUE(given(std::chrono::hours::max()).is_for_ever());
    EXPECT_FALSE(given(1h).is_for_ever());
    EXPECT_FALSE(given(1h).can_stop());
}

TEST(limit, a_stop_token_is_a_limit_while_it_can_be_stopped)
{
    std::stop_source source;
    const limit until = given(source.get_token());
    EXPECT_TRUE(until.can_stop());
    EXPECT_FALSE(until.is_stopped());
    EXPECT_FALSE(until.is_for_ever());
    EXPECT_TRUE(until.until().is_never());
    EXPECT_EQ(until.stop(), source.get_token());
    source.request_stop();
    EXPECT_TRUE(until.is_stopped());
    EXPECT_TRUE(given(std::stop_token{}).is_for_ever());
    std::stop_token orphan;
    {
        const std::stop_source gone;
        orphan = gone.get_token();
    }
    EXPECT_TRUE(given(orphan).is_for_ever());
}

TEST(limit, a_time_and_a_stop_token_are_both)
{
    std::stop_source source;
    const auto soon = steady_clock::now() + 1h;
    for (const limit& until :
         {given({soon, source.get_token()}), given({deadline::at(soon), source.get_token()})}) {
        EXPECT_EQ(until.until().time(), soon);
        EXPECT_EQ(until.stop(), source.get_token());
    }
    EXPECT_GE(given({1h, source.get_token()}).until().time(), soon);
    EXPECT_TRUE(given({system_clock::now() + 1h, source.get_token()}).can_stop());
    EXPECT_FALSE(given({std::chrono::hours::max(), source.get_token()}).is_for_ever());
}

}  // namespace
