// The numbers of the policy at their edges.
#include "core/policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace signalbox::detail;
using std::chrono::nanoseconds;

TEST(a_time_slice, is_the_waiters_share_of_the_budget_within_its_bounds)
{
    const waiting_policy numbers;
    EXPECT_EQ(numbers.slice(0), numbers.slice_most);
    EXPECT_EQ(numbers.slice(1), numbers.slice_most);
    EXPECT_EQ(numbers.slice(10), numbers.slice_budget / 10);
    EXPECT_EQ(numbers.slice(1'000'000), numbers.slice_least);
}

TEST(patience, outlasts_the_slices_of_those_ahead_and_is_finite)
{
    const waiting_policy numbers;
    nanoseconds shorter{0};
    for (const std::uint64_t ahead : {0U, 1U, 7U, 31U, 63U, 1000U, 1'000'000U}) {
        const auto lasts = numbers.patience(ahead);
        EXPECT_GT(lasts, numbers.slice(ahead + 1));
        EXPECT_GE(lasts, shorter);
        EXPECT_LT(lasts, std::chrono::seconds(1));
        shorter = lasts;
    }
}

TEST(the_stride, grows_while_looks_are_too_frequent_and_shrinks_when_they_are_too_rare)
{
    const waiting_policy numbers;
    EXPECT_EQ(numbers.next_stride(1, nanoseconds(10)), 2U);
    EXPECT_EQ(numbers.next_stride(numbers.stride_most, nanoseconds(10)), numbers.stride_most);
    EXPECT_EQ(numbers.next_stride(8, numbers.look_every), 8U);
    EXPECT_EQ(numbers.next_stride(8, numbers.look_every * 3), 4U);
    EXPECT_EQ(numbers.next_stride(1, std::chrono::hours(1)), 1U);
}

TEST(the_wake_cost, follows_what_is_measured_and_stays_within_bounds)
{
    for (int i = 0; i < 200; ++i) {
        wake_cost::learn(nanoseconds(0));
    }
    EXPECT_EQ(wake_cost::spin_time(), policy.spin_least);
    for (int i = 0; i < 200; ++i) {
        wake_cost::learn(std::chrono::hours(1));
    }
    EXPECT_EQ(wake_cost::spin_time(), policy.spin_most);
    for (int i = 0; i < 200; ++i) {
        wake_cost::learn(nanoseconds(20'000));
    }
    EXPECT_NEAR(static_cast<double>(wake_cost::spin_time().count()), 25'000, 200);
}

}  // namespace
