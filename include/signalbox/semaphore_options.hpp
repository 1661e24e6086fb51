// What a semaphore can be given when it is made.
//
// Checked by   tests/thread/semaphore_test.cpp
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

namespace signalbox {

inline namespace thread {

/// Who goes first.
enum class fairness {
    bounded,  // newcomers may pass those that are parked, for throughput, within bounds
    fifo,     // nobody ever does
};

struct semaphore_options {
    static constexpr std::ptrdiff_t unlimited = std::numeric_limits<std::ptrdiff_t>::max();

    std::ptrdiff_t capacity = unlimited;  // the most permits there may be; unlimited: max() of the type
    thread::fairness fairness = thread::fairness::bounded;
    std::string_view name{};  // what errors and reports call it; copied, and forgotten with the semaphore
};

}  // namespace thread

}  // namespace signalbox
