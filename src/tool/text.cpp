// Text that others have written: made harmless, measured and cut.
//
// Source       Unicode Standard Annex 11 (East Asian width); ECMA-48 (control functions)
// Checked by   tests/tool/text_test.cpp
#include "text.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/core.h>

namespace signalbox::tool {
namespace {

struct range {
    std::uint32_t first, last;
};

// Marks that stand on the letter before them, and invisible ones.
constexpr range narrow[] = {{0x300, 0x36f},   {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},
                            {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
// Letters of two columns: East Asian ones, and pictures.
constexpr range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
                          {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
                          {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
// What turns the direction of a line would let a text show itself as another one.
constexpr range turning[] = {{0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069}};

template <std::size_t Count>
bool is_among(const range (&ranges)[Count], std::uint32_t letter) noexcept
{
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [=](const range& each) { return letter >= each.first && letter <= each.last; });
}

struct letter {
    std::uint32_t code = 0;
    std::size_t length = 0;  // 0: it is none
};

letter letter_at(const std::string& text, std::size_t at) noexcept
{
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) {
        return {};
    }
    std::uint32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xc0U) != 0x80U) {
            return {};
        }
        code = code << 6U | (next & 0x3fU);
    }
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < least[length] || code > 0x10ffff || is_surrogate ? letter{} : letter{code, length};
}

std::size_t columns_of(std::uint32_t code) noexcept
{
    return is_among(narrow, code) ? 0 : is_among(wide, code) ? 2 : 1;
}

}  // namespace

std::string visible(const std::string& text)
{
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, length] = letter_at(text, at);
        const bool is_command = code < ' ' || (code >= 0x7f && code < 0xa0) || is_among(turning, code);
        if (length == 0) {
            shown += '?';
        } else if (is_command) {
            shown += ' ';
        } else {
            shown.append(text, at, length);
        }
        at += std::max<std::size_t>(length, 1);
    }
    return shown;
}

std::size_t width_of(const std::string& text)
{
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, length] = letter_at(text, at);
        columns += columns_of(code);
        at += std::max<std::size_t>(length, 1);
    }
    return columns;
}

std::string cut(const std::string& text, std::size_t columns)
{
    std::size_t at = 0;
    for (std::size_t used = 0; at < text.size();) {
        const auto [code, length] = letter_at(text, at);
        used += columns_of(code);
        if (used > columns) {
            break;
        }
        at += std::max<std::size_t>(length, 1);
    }
    return text.substr(0, at);
}

std::string spoken(std::chrono::nanoseconds span)
{
    const double seconds = std::chrono::duration<double>{span}.count();
    if (seconds < 100) {
        return fmt::format("{:.1f} s", seconds < 0 ? 0 : seconds);
    }
    if (seconds < 6000) {
        return fmt::format("{:.0f} min", seconds / 60);
    }
    return seconds < 360'000 ? fmt::format("{:.0f} h", seconds / 3600)
                             : fmt::format("{:.0f} d", seconds / 86400);
}

}  // namespace signalbox::tool
