// A loop over the instructions of an operation: a fresh process for each, killed there.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>

#include <gtest/gtest.h>

#include <signalbox/process/semaphore.hpp>

#include "../contract/harness.hpp"
#include "stepping.hpp"

namespace signalbox::crash {

using process::semaphore;

/// A long run can be divided: SIGNALBOX_CRASH_FROM is the first instruction, and after
/// SIGNALBOX_CRASH_SECONDS it ends, and says where the next part begins.
struct part {
    std::size_t from = static_cast<std::size_t>(contract::number_from_environment("SIGNALBOX_CRASH_FROM", 0));
    std::chrono::duration<double> most{contract::number_from_environment("SIGNALBOX_CRASH_SECONDS", 1e9)};
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

    [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() - began >= most; }
};

/// Kills at each `usual_stride`-th instruction of `operation`, looks with `check(instruction)` after each,
/// and reports how many there were.
inline void at_every_instruction(const char* what, const std::function<void()>& operation,
                                 const std::function<void(std::size_t)>& check, std::size_t usual_stride = 1)
{
    // SIGNALBOX_CRASH_STRIDE=1: at every instruction of the long ones too, which takes an hour
    const auto stride = static_cast<std::size_t>(
        contract::number_from_environment("SIGNALBOX_CRASH_STRIDE", static_cast<double>(usual_stride)));
    const part wanted;
    std::size_t points = 0;
    for (std::size_t at = wanted.from;; at += stride) {
        const steps result = kill_at(at, operation);
        ASSERT_FALSE(result.is_stuck) << what << " at " << at;
        check(at);
        if (::testing::Test::HasFailure()) {
            FAIL() << what << ": killed at instruction " << at;
        }
        ++points;
        if (result.has_ended) {
            break;
        }
        ASSERT_EQ(result.taken, at);
        if (wanted.is_over()) {
            std::printf("[  part    ] the next begins at %zu\n", at + stride);
            break;
        }
    }
    std::printf("[  points  ] %6zu  %s\n", points, what);
    ::testing::Test::RecordProperty("points", static_cast<int>(points));
}

/// Everything is there, and everybody can have it.
inline void expect_all(semaphore& object, std::ptrdiff_t capacity)
{
    EXPECT_EQ(object.available(), capacity);
    EXPECT_EQ(object.out(), 0);
    EXPECT_EQ(object.waiters(), 0);
    EXPECT_TRUE(object.holders().empty());
    {
        const permit all{object, capacity, std::chrono::seconds{10}};
        EXPECT_TRUE(all);
    }
    EXPECT_EQ(object.available(), capacity);
}

}  // namespace signalbox::crash
