// What the user sees while it runs: a picture that is drawn anew on a terminal, plain lines elsewhere.
// Checked by   tests/example/package_index_test.py, tests/example/package_index_screen_test.py
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "family.hpp"
#include "picture.hpp"
#include "standing.hpp"

namespace package_index {

class display {
public:
    display(crossing& meet, const options& how);
    display(const display&) = delete;
    display& operator=(const display&) = delete;
    ~display();  // wipes the picture

    // Shows how things stand.
    void show(const family& all);
    // A line that stays. `look`: of its first word, on a terminal.
    void say(const std::string& line, std::string_view look = "1");

private:
    [[nodiscard]] picture_line line() const;
    [[nodiscard]] std::vector<picture_line> picture(const family& all) const;
    [[nodiscard]] picture_line bar() const;
    [[nodiscard]] picture_line sums(const std::map<pid_t, standing>& now) const;
    [[nodiscard]] picture_line row(const family::member& each, const standing& now) const;
    [[nodiscard]] std::string wiping();

    crossing& meet_;
    const options& how_;
    bool is_terminal_;
    bool has_colors_;
    std::size_t columns_ = 80;
    std::size_t rows_ = 24;
    std::size_t lines_ = 0;    // of the picture that stands there
    std::size_t quarter_ = 0;  // of the work, told last where there is no terminal
};

}  // namespace package_index
