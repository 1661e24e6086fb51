// What the user sees while it runs: a picture that is drawn anew on a terminal, plain lines elsewhere.
// Checked by   tests/example/package_index_test.py
#pragma once

#include <cstddef>
#include <string>

#include "family.hpp"

namespace package_index {

class display {
public:
    display(crossing& meet, const options& how);
    display(const display&) = delete;
    display& operator=(const display&) = delete;
    ~display();  // wipes the picture

    // Shows how things stand.
    void show(const family& all);
    // A line that stays.
    void say(const std::string& line);

private:
    [[nodiscard]] std::string picture(const family& all) const;
    void wipe();

    crossing& meet_;
    const options& how_;
    bool is_terminal_;
    std::size_t lines_ = 0;    // of the picture that stands there
    std::size_t quarter_ = 0;  // of the work, told last where there is no terminal
};

}  // namespace package_index
