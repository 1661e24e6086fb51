// A gate: a word that many threads wait at together, and that lets all of them through when it opens. Nobody
// takes anything out of it.
//
// Invariant 1  Who finds it open goes through, though others stand before it: it may be open for one and shut
//              for another, who came later to wait for its next opening.
// Because      Under the one waiting algorithm a gate is a cell from which everybody takes nothing, in strict
//              order: then whoever opens it grants to the whole queue, and a waiter that was granted never
//              touches the gate again.
#pragma once

#include <cstdint>
#include <optional>

#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

template <class Word, cell_kind Kind>
struct gate_cell {
    using word = Word;
    using value = typename Word::type;
    static constexpr cell_kind kind = Kind;
    static constexpr bool has_owner = false;
    static constexpr bool is_shareable = false;
    using lets_all_through = void;  // asked for by is_gate

    platform::atomic<value> state;

    /// Whether it is open for one who saw `wanted` when it came.
    static constexpr bool can_take(value now, std::uint64_t wanted) noexcept
    {
        return Word::is_open(now, wanted);
    }

    static constexpr value take(value now, std::uint64_t /*wanted*/) noexcept { return now; }
    static constexpr bool is_settling(value) noexcept { return false; }
    static constexpr bool is_strict(value) noexcept { return true; }
    static constexpr bool reserves(value, std::uint64_t, bool) noexcept { return true; }
    static constexpr value idle_flags(value) noexcept { return 0; }
    static constexpr std::optional<outcome> refusal(value, std::uint64_t) noexcept { return std::nullopt; }
};

}  // namespace signalbox::detail
