// How explain() and dump() put it.
#pragma once

#include <cstddef>
#include <string>

#include "inspect/snapshot.hpp"

namespace signalbox::detail {

/// "mutex cache: owned by thread 3; 2 waiting, longest 1.2 s", of the waiters from `begin` to `end`.
[[nodiscard]] std::string line_about(const self_description& self, const snapshot& all, std::size_t begin,
                                     std::size_t end, unsigned attempts);

/// The whole report; with `attempts` as in whole_table.
[[nodiscard]] std::string text_of(const snapshot& all, unsigned attempts);

}  // namespace signalbox::detail
