// Memory of simulated threads: a stack each, and a heap each that is emptied as a whole between executions.
//
// Invariant 1  What a thread gets depends on its own earlier requests alone, never on the other threads:
//              equal executions see equal addresses, and an execution that is given up in its middle leaks
//              nothing.
// Invariant 2  Within an execution no address is handed out twice, so that a stale pointer never looks valid.
// Because      The library hashes addresses. The area lies at a fixed address where it can, so that a
//              schedule printed by one process means the same in another.
// Lifetime     What a simulated thread allocates with `new` is gone when its execution ends.
#pragma once

#include <cstddef>
#include <span>

#include "vector_clock.hpp"

namespace signalbox::simulated::arena {

/// The stack of thread `thread`.
[[nodiscard]] std::span<std::byte> stack_of(unsigned thread);

/// Whose heap `new` uses; max_threads: the ordinary one.
inline constinit unsigned heap_owner = max_threads;

/// Empties all heaps.
void reset() noexcept;

[[nodiscard]] bool contains(const void* address) noexcept;

/// While one lives, `new` takes memory from the ordinary heap, and plain accesses are the machine's own
/// business.
class suspended {
public:
    suspended() noexcept : before_{heap_owner} { heap_owner = max_threads; }
    ~suspended() { heap_owner = before_; }
    suspended(const suspended&) = delete;
    suspended& operator=(const suspended&) = delete;

private:
    unsigned before_;
};

}  // namespace signalbox::simulated::arena
