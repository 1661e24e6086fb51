// What is typed at a terminal, as keys.
#pragma once

#include <string>
#include <vector>

namespace signalbox::tool {

enum class key_kind { letter, up, down, page_up, page_down, home, end, enter, escape, backspace };

struct key {
    key_kind kind = key_kind::letter;
    std::string letter{};  // in UTF-8

    friend bool operator==(const key&, const key&) = default;
};

/// Takes whole keys from the beginning of `typed`. What may be the beginning of a key stays there, unless
/// nothing has followed it for a while: then it is Escape, or nothing.
std::vector<key> keys_of(std::string& typed, bool has_paused);

}  // namespace signalbox::tool
