// The audit: what is in the database is what is in the file, and nothing is left over.
//
// Because      It shares no code with what the workers do: it reads the file in another way, and where that
//              is this machine's package database, it asks dpkg-query too.
// Checked by   tests/example/package_index_test.py
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crossing.hpp"
#include "family.hpp"

namespace package_index {

// How many connections the workers had, by what the database server said whenever it was asked.
struct watched_connections {
    std::size_t most = 0;
    std::size_t looks = 0;
};

struct findings {
    std::vector<std::string> report;  // a line for each thing that was checked
    std::vector<std::string> wrong;   // a sentence for each that is not so
};

[[nodiscard]] findings audit(crossing& meet, const options& how, std::string_view text,
                             const watched_connections& seen, const std::vector<std::uint32_t>& killed,
                             const std::vector<recovery>& deaths);

}  // namespace package_index
