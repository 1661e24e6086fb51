// The lines of `top` on a screen: cut to it, scrolled, with one of the objects chosen.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "linux/full_screen.hpp"
#include "top_rows.hpp"

namespace signalbox::tool {

/// Where the user is: at one of all objects; or, with one object alone, at one of its lines.
class place {
public:
    /// So many further, as far as it goes.
    void move(std::ptrdiff_t by) noexcept;
    void to_begin() noexcept { move(-far); }
    void to_end() noexcept { move(far); }

    /// The object that is chosen; empty: there is none.
    [[nodiscard]] const std::string& chosen() const noexcept { return name_; }
    /// From now on it is alone, or no longer.
    void go_in() noexcept;
    void go_out() noexcept;

    /// Does what was asked for. Returns  The first line to show, of `rows`.
    std::size_t settle(const std::vector<line>& rows, std::size_t room);

private:
    static constexpr std::ptrdiff_t far = 1'000'000'000;

    void choose(const std::vector<line>& rows, const std::vector<std::size_t>& titles);

    std::ptrdiff_t here_ = 0;  // the number of the chosen object, or of the first line
    std::ptrdiff_t last_ = 0;
    std::ptrdiff_t wanted_ = 0;
    std::string name_;
    std::ptrdiff_t number_ = 0;  // of the chosen object: if that goes, another one has its place
    std::ptrdiff_t scroll_ = 0;
    bool is_kept_ = false;  // the user has chosen; before, it is the first, whichever that is
    bool is_alone_ = false;
};

/// The screen, from its upper left corner.
std::string frame_of(const moment& seen, const top_choice& choice, const std::string& footer,
                     const screen_size& size, place& where, bool is_coloured);

}  // namespace signalbox::tool
