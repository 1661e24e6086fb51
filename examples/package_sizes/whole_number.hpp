// Options that are whole numbers, for the command lines of the examples.
//
// Checked by   tests/example/package_sizes_test.py, tests/example/package_index_test.py
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace package_sizes {

// Accepts a whole number in a range.
inline CLI::Validator from_to(std::uint64_t least, std::uint64_t most)
{
    const auto check = [=](const std::string& text) -> std::string {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool is_number = error == std::errc{} && end == text.data() + text.size();
        if (is_number && value >= least && value <= most) {
            return {};
        }
        return fmt::format("'{}' is no whole number from {} to {}", text, least, most);
    };
    return CLI::Validator{check, fmt::format("{} to {}", least, most)};
}

}  // namespace package_sizes
