// Where a waiter joins its queue: at its end, and in a shared mutex so that readers and writers take turns.
//
// Invariant 1  A reader waits for one writer's turn, not for that of every writer before it: it joins before
//              the writers, behind the readers that wait already. Only a writer at the head whose turn has
//              come (nobody may overtake it) goes first.
// Invariant 2  A writer waits for one turn of readers for each writer before it: once readers that came later
//              have stood before it, and from the moment at which it reserves, nobody joins before it but
//              behind those that stand there still. It reserves as soon as it stands at the head and readers
//              are inside; only one that is patient lets them pass for a slice (waiting.hpp).
// Because      The order of the queue is the order of the turns, so that serving needs to know nothing of it:
//              it goes on from the head as long as what is wanted can be had, which lets in all the readers
//              of one turn together. An upgrader that waits to write goes before everybody, for whom it is in
//              the way.
// Checked by   models/shared.pml, tests/core/turns_test.cpp, tests/core/phases_test.cpp,
//              tests/contract/shared_mutex_contract.hpp, tests/simulated
// Source       Brandenburg & Anderson, "Spin-Based Reader-Writer Synchronization for Multiprocessor Real-Time
//              Systems", 2010 (phase-fair locks)
#pragma once

#include <signalbox/detail/shared_word.hpp>

#include "core/parking_table.hpp"
#include "core/serving.hpp"

namespace signalbox::detail {

/// Whether `wanted` is a share, beside others.
template <class Cell>
bool wants_share(std::uint64_t wanted) noexcept
{
    if constexpr (Cell::is_shareable) {
        return Cell::mode_of(wanted) == share_mode::shared;
    }
    return false;
}

inline bool wants_to_read(const waiter& who) noexcept
{
    return wants_share<shared_cell>(who.wanted);
}

/// The waiter before whom `who` joins; null for the end of the queue. The bucket is locked.
/// Complexity  As many steps as readers wait, if more than one writer waits; else one.
template <class Cell>
waiter* next_in_turn(const bucket& place, const waiter& who, typename Cell::word::type now) noexcept
{
    if constexpr (!Cell::is_shareable) {
        return nullptr;
    } else {
        waiter* at = place.first(who.cell, Cell::kind);
        if (at == nullptr || Cell::mode_of(who.wanted) == share_mode::raise) {
            return at;
        }
        if (!wants_to_read(who) || wants_to_read(*at->tail)) {
            return nullptr;
        }
        if (!wants_to_read(*at) && (at->has_given_way || is_reserving<Cell>(*at, now))) {
            at = at->next;
        }
        while (at != nullptr && wants_to_read(*at)) {
            at = at->next;
        }
        if (at != nullptr) {
            at->has_given_way = true;
        }
        return at;
    }
}

}  // namespace signalbox::detail
