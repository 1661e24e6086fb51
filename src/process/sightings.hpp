// Since when a holder is known to hold: those who wait stamp its cell, and it does itself if it has waited.
//
// Invariant 1  A sighting {time, number, pockets} of a cell is shown only while the number is that of the
//              cell's last operation, and the word `pockets` of the object is the same. It is written while
//              they are closed, so that nothing rests: then whoever gives back and takes again does so by
//              operations.
// Because      To read a clock at each take would double its price, and nobody asks how long a permit has
//              been held until somebody waits for it. What nobody has waited for has no sighting.
// Crash        A kill while one is written leaves none, or a whole one: `seen_closed` is cleared first and
//              set last, under the lock of the room.
// Checked by   tests/process/sightings_test.cpp
#pragma once

#include <chrono>

#include "process/ledger.hpp"

namespace signalbox::process::detail {

/// Only for who holds the room: what a cell holds after its operation `number` has been held since `when` at
/// least (on CLOCK_BOOTTIME, in nanoseconds).
void note_sighting(object_layout& shared, std::uint32_t cell, std::uint32_t number,
                   std::int64_t when) noexcept;

/// Only for who holds the room: notes that all who hold something do. Those that were seen before keep their
/// times.
void note_holders(object_layout& shared, const ledger& books, std::int64_t when) noexcept;

/// The time of a cell's sighting, whose entry is given; zero: there is none.
std::chrono::nanoseconds sighting_of(const object_layout& shared, std::uint32_t cell,
                                     const holder_entry& entry) noexcept;

}  // namespace signalbox::process::detail
