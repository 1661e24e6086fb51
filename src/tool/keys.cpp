// Keys, read from what a terminal sends for them.
//
// Source       ECMA-48, 5.4 (control sequences); terminfo(5) of xterm
// Checked by   tests/tool/keys_test.cpp
#include "keys.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace signalbox::tool {
namespace {

constexpr std::pair<const char*, key_kind> sequences[] = {
    {"\x1b[A", key_kind::up},   {"\x1b[B", key_kind::down},     {"\x1bOA", key_kind::up},
    {"\x1bOB", key_kind::down}, {"\x1b[5~", key_kind::page_up}, {"\x1b[6~", key_kind::page_down},
    {"\x1b[H", key_kind::home}, {"\x1bOH", key_kind::home},     {"\x1b[1~", key_kind::home},
    {"\x1b[F", key_kind::end},  {"\x1bOF", key_kind::end},      {"\x1b[4~", key_kind::end},
};

// How long the sequence is that Escape begins; 0: it has no end yet.
std::size_t length_of_sequence(const std::string& typed)
{
    if (typed.size() < 2) {
        return 0;
    }
    if (typed[1] == 'O') {
        return typed.size() < 3 ? 0 : 3;
    }
    if (typed[1] != '[') {
        return 1;
    }
    const auto is_last = [](char each) { return each >= '@' && each <= '~'; };
    const auto end = std::find_if(typed.begin() + 2, typed.end(), is_last);
    return end != typed.end() ? static_cast<std::size_t>(end - typed.begin()) + 1 : 0;
}

std::optional<key> key_of_sequence(const std::string& text)
{
    for (const auto& [sequence, kind] : sequences) {
        if (text == sequence) {
            return key{kind};
        }
    }
    return text == "\x1b" ? std::optional{key{key_kind::escape}} : std::nullopt;
}

std::size_t length_of_letter(const std::string& typed) noexcept
{
    const auto first = static_cast<unsigned char>(typed.front());
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}

std::optional<key> key_of_letter(const std::string& text)
{
    switch (text.front()) {
    case '\r':
    case '\n': return key{key_kind::enter};
    case '\b':
    case '\x7f': return key{key_kind::backspace};
    default: break;
    }
    return static_cast<unsigned char>(text.front()) < ' ' ? std::nullopt : std::optional{key{.letter = text}};
}

}  // namespace

std::vector<key> keys_of(std::string& typed, bool has_paused)
{
    std::vector<key> keys;
    while (!typed.empty()) {
        const bool is_sequence = typed.front() == '\x1b';
        std::size_t length = is_sequence ? length_of_sequence(typed) : length_of_letter(typed);
        if (length == 0 || length > typed.size()) {
            if (!has_paused) {
                break;
            }
            length = typed.size();
        }
        const std::string text = typed.substr(0, length);
        typed.erase(0, length);
        if (const auto found = is_sequence ? key_of_sequence(text) : key_of_letter(text)) {
            keys.push_back(*found);
        }
    }
    return keys;
}

}  // namespace signalbox::tool
