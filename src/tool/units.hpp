// Durations, sizes and numbers as people write them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace signalbox::tool {

/// `500ms`, `30s`, `5m`, `2h`, `1d`, and a number alone: seconds; with a decimal fraction, if need be.
/// Errors: failure (usage) that names the option.
std::chrono::nanoseconds duration_of(const std::string& text, const std::string& option);

/// `4`; `50%` of the processors, at least one; `+1`: one more than there are processors.
std::ptrdiff_t size_of(const std::string& text, const std::string& option, std::size_t processors);

/// A whole number from `least` to `most`.
std::ptrdiff_t number_of(const std::string& text, const std::string& option, std::ptrdiff_t least,
                         std::ptrdiff_t most);

/// A permission: up to four octal digits.
unsigned mode_of(const std::string& text, const std::string& option);

}  // namespace signalbox::tool
