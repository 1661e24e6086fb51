// What both rings of a bounded queue share: their memory, and what they answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include <signalbox/config.hpp>

namespace signalbox::detail {

inline constexpr std::size_t cache_line = 64;

/// Memory for the slots of a queue. Throws what says why there can be no such queue: nothing fits into it, or
/// it does not fit into memory.
[[nodiscard]] SIGNALBOX_API void* allocate_slots(std::size_t capacity, std::size_t bytes_each,
                                                 std::align_val_t alignment);

enum class ring_answer : std::uint8_t { done, not_yet, closed };

template <class T>
inline constexpr bool moves_may_throw =
    !std::is_nothrow_move_constructible_v<T> ||
    (std::is_move_assignable_v<T> && !std::is_nothrow_move_assignable_v<T>);

}  // namespace signalbox::detail
