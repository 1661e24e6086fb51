// The word of a latch: 64 bits that say how often it must still be counted down.
//
//   bits   name      set by                    cleared by                  if wrongly set
//   0      queued    who queues                who empties the queue       the last looks there in vain
//   1      reserved  with `queued`             with `queued`               -
//   16-63  pending   count_down() subtracts    -                           never
//
// Invariant 1  Once `pending` is 0 the latch is open, for good. Below 0 a mistaken count_down() of one is
//              about to be taken back; that is open, too.
// Because      A count_down() of one is one fetch_sub. The borrow out of bit 63 is lost and comes back when
//              the mistake is added again. Several at once could pass 0 before it is open: they are a
//              compare-and-swap.
// Checked by   tests/core/gate_words_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/detail/gate_cell.hpp>

namespace signalbox::detail {

struct latch_word {
    using type = std::uint64_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type spinning = 0;  // whoever spins here leaves no mark
    static constexpr unsigned pending_shift = 16;
    static constexpr type one = type{1} << pending_shift;

    /// The most that a latch can be made with.
    static constexpr std::int64_t most = (std::int64_t{1} << 47) - 1;

    static constexpr type make(std::int64_t pending) noexcept
    {
        return static_cast<type>(pending) << pending_shift;
    }

    static constexpr std::int64_t pending_of(type word) noexcept
    {
        return static_cast<std::int64_t>(word) >> pending_shift;
    }

    static constexpr bool is_open(type word, std::uint64_t /*unused*/ = 0) noexcept
    {
        return pending_of(word) <= 0;
    }

    /// Whether it may open soon, so that spinning can pay: all that are still to come can be running.
    static constexpr bool opens_soon(type word, unsigned cores) noexcept
    {
        return (word & queued) == 0 && pending_of(word) < static_cast<std::int64_t>(cores);
    }
};

using latch_cell = gate_cell<latch_word, cell_kind::latch>;

}  // namespace signalbox::detail
