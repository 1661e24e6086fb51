// What the child processes do.
#pragma once

#include <cstdint>
#include <string_view>

#include "crossing.hpp"

namespace package_index {

// Cuts the text into batches until its end, or until a record is wrong.
void be_reader(crossing& meet, std::string_view text);

// Claims batches with several threads and writes them into the database, until there is nothing left.
// `number`: of this worker, from 1; one that takes over has a number of its own.
void be_worker(crossing& meet, const options& how, std::string_view text, std::uint32_t number);

}  // namespace package_index
