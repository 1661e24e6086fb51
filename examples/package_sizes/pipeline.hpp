// One producer cuts the text into records and puts them into a ring; N workers take and count them.
// Checked by   tests/example/pipeline_test.cpp
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "ring.hpp"
#include "tally.hpp"

namespace package_sizes {

struct pipeline_result {
    tally counted;
    std::vector<std::size_t> by_worker;  // how many records each worker handled
    ring_usage usage;
};

// Counts the whole text.
// `progress` is called by this thread with the number of records handled so far, at once and then every 100
// ms.
// Errors   data_error for the first wrong line of the text, however the threads ran.
// Threads  Starts workers + 1 threads, and ends them before it returns.
[[nodiscard]] pipeline_result count_packages(std::string_view text, std::size_t workers, std::size_t slots,
                                             const std::function<void(std::size_t)>& progress);

}  // namespace package_sizes
