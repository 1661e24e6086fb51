// What was counted: packages and sizes by section, and which records were handled.
// Checked by   tests/example/audit_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "database.hpp"

namespace package_sizes {

struct total {
    std::size_t packages = 0;
    std::uint64_t kib = 0;

    total& operator+=(const total& other) noexcept
    {
        packages += other.packages;
        kib += other.kib;
        return *this;
    }
    friend bool operator==(const total&, const total&) = default;
};

using totals = std::map<std::string_view, total>;  // by section

// The count of one thread. It refers to the text that the records came from.
class tally {
public:
    // Counts the package of a record that was handled.
    void add(std::size_t record_number, const package& package)
    {
        handled_.push_back(record_number);
        if (package.is_installed) {
            sections_[package.section] += total{1, package.kib};
        } else {
            ++not_installed_;
        }
    }

    // Adds what another thread counted.
    void merge(const tally& other)
    {
        handled_.insert(handled_.end(), other.handled_.begin(), other.handled_.end());
        for (const auto& [section, sum] : other.sections_) {
            sections_[section] += sum;
        }
        not_installed_ += other.not_installed_;
    }

    [[nodiscard]] const totals& sections() const noexcept { return sections_; }
    [[nodiscard]] const std::vector<std::size_t>& handled() const noexcept { return handled_; }
    [[nodiscard]] std::size_t not_installed() const noexcept { return not_installed_; }

private:
    totals sections_;
    std::vector<std::size_t> handled_;  // record numbers, in the order in which they were handled
    std::size_t not_installed_ = 0;
};

}  // namespace package_sizes
