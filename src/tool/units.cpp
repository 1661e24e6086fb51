// Durations, sizes and numbers as people write them.
#include "units.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/core.h>
#include <signalbox/process/semaphore.hpp>

#include "failure.hpp"

namespace signalbox::tool {
namespace {

constexpr double longest = 1e9;  // seconds: 31 years

[[noreturn]] void refuse(const std::string& option, const std::string& text, const std::string& expected)
{
    throw failure{usage, fmt::format("{}: '{}' is no {}", option, text, expected)};
}

// The whole text as a number without a sign; false if it is none.
template <class Number>
bool read(const char* begin, const char* end, Number& into)
{
    const auto [last, error] = std::from_chars(begin, end, into);
    return begin != end && *begin >= '0' && *begin <= '9' && error == std::errc{} && last == end;
}

}  // namespace

std::chrono::nanoseconds duration_of(const std::string& text, const std::string& option)
{
    constexpr std::pair<const char*, double> units[] = {{"ms", 1e-3}, {"s", 1},       {"m", 60},
                                                        {"h", 3600},  {"d", 86400.0}, {"", 1}};
    const std::size_t length = std::min(text.find_first_not_of("0123456789."), text.size());
    for (const auto& [unit, seconds] : units) {
        double number = 0;
        if (text.substr(length) == unit && read(text.data(), text.data() + length, number)) {
            const std::chrono::duration<double> span{std::min(number * seconds, longest)};
            return std::chrono::duration_cast<std::chrono::nanoseconds>(span);
        }
    }
    refuse(option, text, "duration, as 500ms, 30s, 5m, 2h, 1d or 1.5 (seconds)");
}

std::ptrdiff_t size_of(const std::string& text, const std::string& option, std::size_t processors)
{
    constexpr const char* expected =
        "size, as 4, 50% (of the processors) or +1 (one more than there are processors)";
    const auto count = static_cast<std::ptrdiff_t>(std::max<std::size_t>(processors, 1));
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    std::ptrdiff_t number = 0;
    if (!text.empty() && text.back() == '%' && read(begin, end - 1, number) && number <= 100'000) {
        return std::max<std::ptrdiff_t>(1, count * number / 100);
    }
    const bool is_more = !text.empty() && text.front() == '+';
    if (!read(begin + (is_more ? 1 : 0), end, number) || number > process::semaphore::max() - count) {
        refuse(option, text, expected);
    }
    return is_more ? count + number : number;
}

std::ptrdiff_t number_of(const std::string& text, const std::string& option, std::ptrdiff_t least,
                         std::ptrdiff_t most)
{
    std::ptrdiff_t number = 0;
    if (!read(text.data(), text.data() + text.size(), number) || number < least || number > most) {
        refuse(option, text, fmt::format("whole number from {} to {}", least, most));
    }
    return number;
}

unsigned mode_of(const std::string& text, const std::string& option)
{
    unsigned mode = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (text.empty() || error != std::errc{} || last != text.data() + text.size() || mode > 0777) {
        refuse(option, text, "permission, as 0660");
    }
    return mode;
}

}  // namespace signalbox::tool
