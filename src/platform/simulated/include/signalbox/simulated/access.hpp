// The verbs by which simulated atomic objects reach the machine: each is one step, and a place to switch
// threads.
//
// Because      The headers of the platform are templates over the value's type; the machine is not. A value
//              travels as the bits of an unsigned 64-bit number.
// Edges        None of its own: the machine (memory.hpp) gives each operation the meaning of its memory
//              order.
#pragma once

#include <atomic>
#include <cstdint>

namespace signalbox::simulated {

/// Where in the source an operation was written; for traces.
struct site {
    const char* file = "";
    int line = 0;
};

enum class change : std::uint8_t { exchange, add, subtract, bit_or, bit_and };

struct orders {
    std::memory_order success;
    std::memory_order failure;
};

[[nodiscard]] std::uint64_t load(const void* object, unsigned size, std::memory_order order,
                                 site at) noexcept;
void store(void* object, unsigned size, std::uint64_t value, std::memory_order order, site at) noexcept;

/// Returns the value before the change.
std::uint64_t modify(void* object, unsigned size, change how, std::uint64_t operand, std::memory_order order,
                     site at) noexcept;

[[nodiscard]] bool compare_exchange(void* object, unsigned size, std::uint64_t& expected,
                                    std::uint64_t desired, orders order, bool may_fail_spuriously,
                                    site at) noexcept;

/// Every store made so far is seen by the sequentially consistent loads that follow, whatever its order was.
void heavy_barrier(site at) noexcept;
/// For tests: whether there are such barriers.
extern bool has_heavy_barriers;

/// A new atomic object lives at this address, or an old one is gone. Not places to switch threads.
void constructed(void* object, unsigned size, site at) noexcept;
void destroyed(void* object, unsigned size) noexcept;

}  // namespace signalbox::simulated
