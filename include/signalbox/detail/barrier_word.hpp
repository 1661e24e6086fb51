// The word of a barrier: 64 bits that say in which phase it is, and who is still to come.
//
//   bits   name      set by                    cleared by                  if wrongly set
//   0      queued    who queues                who empties the queue       the last looks there in vain
//   1      reserved  with `queued`             with `queued`               -
//   2-19   phase     the last to arrive, after wraps                       never
//                    the completion
//   20-41  pending   an arrival subtracts; the -                           never
//                    last one refills it
//   42-63  expected  who drops out subtracts   -                           never
//
// Invariant 1  pending <= expected while somebody is still to come. While pending == 0 < expected the
//              completion runs, and nobody may arrive.
// Invariant 2  `phase` changes once for each time that pending has become 0.
// Because      All in one word: an arrival, also one that drops out, is one compare-and-swap and either is
//              counted in this phase or is refused and has changed nothing. A waiter compares the phase only
//              with the one it arrived in; it can't sleep through 2^18, as most barriers wait for it.
// Checked by   tests/core/gate_words_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/detail/gate_cell.hpp>

namespace signalbox::detail {

struct barrier_word {
    using type = std::uint64_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type spinning = 0;  // whoever spins here leaves no mark
    static constexpr unsigned phase_shift = 2;
    static constexpr unsigned pending_shift = 20;
    static constexpr unsigned expected_shift = 42;
    static constexpr type one_phase = type{1} << phase_shift;
    static constexpr type phase = (type{1} << pending_shift) - one_phase;

    /// The most threads that a barrier can expect.
    static constexpr std::int64_t most = (std::int64_t{1} << 22) - 1;

    static constexpr type make(std::int64_t expected) noexcept
    {
        const auto count = static_cast<type>(expected);
        return count << expected_shift | count << pending_shift;
    }

    static constexpr std::int64_t expected_of(type word) noexcept
    {
        return static_cast<std::int64_t>(word >> expected_shift);
    }
    static constexpr std::int64_t pending_of(type word) noexcept
    {
        return static_cast<std::int64_t>(word >> pending_shift) & most;
    }
    static constexpr std::uint64_t phase_of(type word) noexcept { return (word & phase) >> phase_shift; }

    /// The word after `n` arrived, and `dropped` of them for the last time.
    /// Precondition: dropped <= n <= pending_of(word).
    static constexpr type arrive(type word, std::int64_t n, std::int64_t dropped) noexcept
    {
        return word - (static_cast<type>(n) << pending_shift) -
               (static_cast<type>(dropped) << expected_shift);
    }

    /// The word in which the next phase begins. Precondition: pending_of(word) == 0.
    static constexpr type advance(type word) noexcept
    {
        return (word & ~phase) | ((word + one_phase) & phase) | (word >> expected_shift << pending_shift);
    }

    static constexpr bool is_open(type word, std::uint64_t arrived_in) noexcept
    {
        return phase_of(word) != arrived_in;
    }

    /// Whether it may open soon, so that spinning can pay: all that are still to come can be running.
    static constexpr bool opens_soon(type word, unsigned cores) noexcept
    {
        return (word & queued) == 0 && pending_of(word) < static_cast<std::int64_t>(cores);
    }
};

using barrier_cell = gate_cell<barrier_word, cell_kind::barrier>;

}  // namespace signalbox::detail
