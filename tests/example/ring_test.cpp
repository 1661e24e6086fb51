// What the ring promises to producers and consumers.
#include "ring.hpp"

#include <numeric>
#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace {

using package_sizes::ring;
using signalbox::outcome;

TEST(ring, items_leave_in_the_order_in_which_they_came)
{
    ring<int> numbers{3};
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(numbers.put(i), outcome::acquired);
    }
    EXPECT_EQ(numbers.take(), 0);
    ASSERT_EQ(numbers.put(3), outcome::acquired);
    for (int i = 1; i < 4; ++i) {
        EXPECT_EQ(numbers.take(), i);
    }
}

TEST(ring, a_full_ring_takes_nothing_before_a_slot_is_free)
{
    ring<int> numbers{1};
    ASSERT_EQ(numbers.put(1), outcome::acquired);
    EXPECT_EQ(numbers.put(2, std::chrono::milliseconds{1}), outcome::timed_out);
    EXPECT_EQ(numbers.usage().in_use, 1U);
    EXPECT_EQ(numbers.take(), 1);
    EXPECT_EQ(numbers.usage().in_use, 0U);
    EXPECT_EQ(numbers.put(3), outcome::acquired);
}

TEST(ring, a_producer_that_waits_can_be_stopped)
{
    ring<int> numbers{1};
    std::stop_source source;
    ASSERT_EQ(numbers.put(1), outcome::acquired);
    std::jthread stopper{[&] { source.request_stop(); }};
    EXPECT_EQ(numbers.put(2, source.get_token()), outcome::stopped);
}

TEST(ring, usage_counts_what_happened)
{
    ring<int> numbers{2};
    ASSERT_EQ(numbers.put(1), outcome::acquired);
    ASSERT_EQ(numbers.put(2), outcome::acquired);
    numbers.take();
    const auto usage = numbers.usage();
    EXPECT_EQ(usage.slots, 2U);
    EXPECT_EQ(usage.in_use, 1U);
    EXPECT_EQ(usage.most_in_use, 2U);
    EXPECT_EQ(usage.taken, 1U);
    EXPECT_EQ(usage.waits_to_put + usage.waits_to_take, 0U);
}

TEST(ring, many_producers_and_consumers_lose_and_double_nothing)
{
    constexpr int each = 2000;
    constexpr int threads = 4;
    ring<int> numbers{3};
    std::vector<std::vector<int>> taken(threads);
    {
        std::vector<std::jthread> all;
        for (int t = 0; t < threads; ++t) {
            all.emplace_back([&numbers, t] {
                for (int i = 0; i < each; ++i) {
                    (void)numbers.put(t * each + i);
                }
            });
            all.emplace_back([&numbers, &mine = taken[static_cast<std::size_t>(t)]] {
                for (int i = 0; i < each; ++i) {
                    mine.push_back(numbers.take());
                }
            });
        }
    }
    std::vector<int> times(threads * each);
    for (const auto& mine : taken) {
        for (const int number : mine) {
            ++times.at(static_cast<std::size_t>(number));
        }
    }
    EXPECT_EQ(times, std::vector<int>(threads * each, 1));
    EXPECT_EQ(numbers.usage().in_use, 0U);
    EXPECT_LE(numbers.usage().most_in_use, 3U);
}

}  // namespace
