// What a deadlock_error says, made of the steps of a cycle.
#pragma once

#include <span>

#include <signalbox/deadlock.hpp>

#include "core/wait_graph.hpp"

namespace signalbox::detail {

/// With names and places, and how long each has waited. Errors: std::bad_alloc.
[[nodiscard]] deadlock_error describe_cycle(std::span<const cycle_step> steps, certainty how);

}  // namespace signalbox::detail
