// What each kind of cell says of its owner: the one place to extend when a new kind of word is to be seen by
// deadlock detection and in messages.
//
// Because      A cell is read here while somebody waits for it, so that it is alive; its word alone says who
//              owns it.
#pragma once

#include <cstdint>

#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/shared_word.hpp>

namespace signalbox::detail {

/// Whether cells of this kind say who owns them: a wait for another one can't be followed.
[[nodiscard]] constexpr bool tells_owner(cell_kind kind) noexcept
{
    return kind == cell_kind::owner || kind == cell_kind::shared;
}

/// The identity of the thread that owns the cell; 0 for nobody, and for what does not tell: a shared mutex
/// that is read knows how many read, not who.
/// Precondition: the cell is alive.
[[nodiscard]] inline std::uint32_t owner_of(const void* cell, cell_kind kind) noexcept
{
    // relaxed: it guards nothing
    constexpr auto order = std::memory_order_relaxed;
    switch (kind) {
    case cell_kind::owner:
        return owner_word::owner_of(static_cast<const owner_cell*>(cell)->state.load(order));
    case cell_kind::shared:
        return shared_word::holder_of(static_cast<const shared_cell*>(cell)->state.load(order));
    case cell_kind::permits:
    case cell_kind::condition:
    case cell_kind::event:
    case cell_kind::latch:
    case cell_kind::barrier: return 0;
    }
    return 0;
}

/// What users call objects of this kind.
[[nodiscard]] constexpr const char* kind_text(cell_kind kind) noexcept
{
    switch (kind) {
    case cell_kind::owner: return "mutex";
    case cell_kind::shared: return "shared_mutex";
    case cell_kind::permits: return "semaphore";
    case cell_kind::condition: return "condition_variable";
    case cell_kind::event: return "event";
    case cell_kind::latch: return "latch";
    case cell_kind::barrier: return "barrier";
    }
    return "object";
}

}  // namespace signalbox::detail
