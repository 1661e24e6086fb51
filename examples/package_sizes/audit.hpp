// The audit: counts the same text again, alone and in another way, and compares.
//
// Because      A lost, doubled or mixed-up record shows in the totals or in the list of handled records; a
//              mistake that the threads' code makes with every record shows too, since the audit shares none
//              of that code.
// Checked by   tests/example/audit_test.cpp
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ring.hpp"
#include "tally.hpp"

namespace package_sizes {

// Returns  What is wrong, a sentence each; empty if every record of the text was handled exactly once, all
//          totals are right and every permit is back.
[[nodiscard]] std::vector<std::string> audit(std::string_view text, const tally& counted,
                                             const ring_usage& usage);

}  // namespace package_sizes
