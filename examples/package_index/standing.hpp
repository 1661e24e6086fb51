// Who has what and waits for what: the books of the objects between processes, by process.
// Checked by   tests/example/package_index_test.py
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <sys/types.h>

#include "crossing.hpp"

namespace package_index {

struct standing {
    std::size_t connections = 0;
    std::size_t waits_for_connection = 0;  // threads
    std::size_t waits_for_mutex = 0;
    std::size_t waits_for_batch = 0;
    bool has_mutex = false;
};

[[nodiscard]] std::map<pid_t, standing> look(const crossing& meet);

// "1 thread", "2 threads".
[[nodiscard]] std::string counted(std::size_t count, const std::string& what);

}  // namespace package_index
