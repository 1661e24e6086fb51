// The word of an event: 32 bits that say whether it is set, and how often it was.
//
//   bits   name      set by                    cleared by                  if wrongly set
//   0      queued    who queues                who empties the queue       a set() looks at the queue in vain
//   1      reserved  with `queued`             with `queued`               -
//   3      set       set()                     reset()                     never
//   4-31   sets      every set() of an event   wraps                       -
//                    that is not set adds one
//
// Invariant 1  A wait ends when the event is set, or was since the wait began: when `sets` has changed. So a
//              reset() right after a set() does not hold back those who waited.
// Because      A thread that is awake and about to queue would otherwise miss a set() that is taken back at
//              once. (It misses 2^28 of them between two looks.)
// Checked by   tests/core/gate_words_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/detail/gate_cell.hpp>

namespace signalbox::detail {

struct event_word {
    using type = std::uint32_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type spinning = 0;  // whoever spins here leaves no mark
    static constexpr type set = 8;
    static constexpr type one_set = 16;

    static constexpr bool is_set(type word) noexcept { return (word & set) != 0; }

    /// What a waiter remembers of the word that it found.
    static constexpr std::uint64_t sets(type word) noexcept { return word / one_set; }

    /// The word after a set(): the same if it is set already.
    static constexpr type after_set(type word) noexcept
    {
        return is_set(word) ? word : (word | set) + one_set;
    }

    static constexpr bool is_open(type word, std::uint64_t sets_before) noexcept
    {
        return is_set(word) || sets(word) != sets_before;
    }

    /// Whether it may open soon, so that spinning can pay. While others sleep here it has not for a while.
    static constexpr bool opens_soon(type word, unsigned /*cores*/) noexcept { return (word & queued) == 0; }
};

using event_cell = gate_cell<event_word, cell_kind::event>;

}  // namespace signalbox::detail
