// A run, from the first process to the audit.
#pragma once

#include <string_view>

#include "audit.hpp"
#include "crossing.hpp"

namespace package_index {

// Indexes the text, and checks.
// Errors  package_sizes::data_error: the first wrong line; store_error; run_error; std::system_error.
[[nodiscard]] findings index_packages(const options& how, std::string_view text);

}  // namespace package_index
