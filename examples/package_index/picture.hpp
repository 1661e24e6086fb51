// Lines for a terminal, in colours, that fit its width.
// Checked by   tests/example/package_index_screen_test.py
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace package_index {

// A line of plain ASCII, cut where the terminal ends.
class picture_line {
public:
    picture_line(std::size_t width, bool has_colors) : left_{width}, has_colors_{has_colors} {}

    // `look`: what stands between ESC [ and m; none if empty. Filled with blanks up to `width`.
    picture_line& add(std::string_view text, std::string_view look = {}, std::size_t width = 0)
    {
        const std::string_view cut = text.substr(0, left_);
        const bool is_colored = has_colors_ && !look.empty() && !cut.empty();
        text_ += is_colored ? "\x1b[" + std::string{look} + "m" : "";
        text_ += cut;
        text_ += is_colored ? "\x1b[0m" : "";
        left_ -= cut.size();
        const std::size_t blanks = width > cut.size() ? std::min(width - cut.size(), left_) : 0;
        text_.append(blanks, ' ');
        left_ -= blanks;
        return *this;
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    std::size_t left_;
    bool has_colors_;
};

}  // namespace package_index
