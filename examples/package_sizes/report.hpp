// What the user sees: the table, and the progress line.
// Checked by   tests/example/package_sizes_test.py
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pipeline.hpp"

namespace package_sizes {

// The table of sections, the largest first, and how the ring and the workers did.
[[nodiscard]] std::string make_report(const std::string& path, const pipeline_result& result);

// A line on the terminal that is written over; nothing where standard error is no terminal.
class progress_line {
public:
    progress_line();
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;
    ~progress_line();  // wipes the line

    void show(std::size_t records);

private:
    bool is_terminal_;
    bool is_shown_ = false;
};

}  // namespace package_sizes
