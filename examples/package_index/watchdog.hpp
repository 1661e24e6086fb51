// Ends a run that does not get on, and says who hangs.
//
// Because      Whoever dies is replaced, and what it held comes back; who hangs keeps it, and nobody can tell
//              that from being slow. So the time is the user's choice (--patience).
// Checked by   tests/example/package_index_test.py
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "crossing.hpp"
#include "family.hpp"

namespace package_index {

// Nothing was done for too long; the message says who has what, and who waits for it.
class hang_error : public run_error {
    using run_error::run_error;
};

class watchdog {
public:
    watchdog(const crossing& meet, const options& how);

    // To be called again and again. Errors: hang_error.
    void look(const family& all);

private:
    using progress = std::array<std::size_t, 6>;

    [[nodiscard]] progress now(const family& all) const;
    [[nodiscard]] std::string who_hangs(const family& all) const;

    const crossing& meet_;
    std::chrono::seconds patience_;
    progress last_{};
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace package_index
