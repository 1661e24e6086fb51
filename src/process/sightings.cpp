// What is known of the time at which a hold began.
#include "process/sightings.hpp"

#include <algorithm>

#include "process/resting.hpp"

namespace signalbox::process::detail {

void note_sighting(object_layout& shared, std::uint32_t cell, std::uint32_t number,
                   std::int64_t when) noexcept
{
    const std::uint32_t pockets = shared.head.pockets.load();
    if ((pockets & pockets_mask) != pockets_closed) {
        return;  // somebody is not seen to have stopped resting
    }
    holder_cell& found = shared.holders[cell];
    found.seen_closed.store(0);
    found.since.store(when);
    found.seen_number.store(number);
    found.seen_closed.store(pockets);
}

void note_holders(object_layout& shared, const ledger& books, std::int64_t when) noexcept
{
    const std::uint32_t used = std::min(shared.head.holders_used.load(), holders_most);
    for (std::uint32_t i = 1; i < used; ++i) {
        holder_entry entry;
        if (shared.holders[i].participant.load() != 0 && !is_resting(shared.holders[i]) &&
            books.value_of(i, entry) == verdict::done && entry.value > 0 &&
            sighting_of(shared, i, entry) == std::chrono::nanoseconds::zero()) {
            note_sighting(shared, i, entry.number, when);
        }
    }
}

std::chrono::nanoseconds sighting_of(const object_layout& shared, std::uint32_t cell,
                                     const holder_entry& entry) noexcept
{
    const holder_cell& found = shared.holders[cell];
    const std::uint32_t closed = found.seen_closed.load();
    const std::chrono::nanoseconds since{found.since.load()};
    const bool is_of_this_hold = found.seen_number.load() == entry.number &&
                                 found.seen_closed.load() == closed && shared.head.pockets.load() == closed &&
                                 (closed & pockets_mask) == pockets_closed;
    return is_of_this_hold ? since : std::chrono::nanoseconds::zero();
}

}  // namespace signalbox::process::detail
