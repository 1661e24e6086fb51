// Data races on plain memory: who last read and wrote each word, and whether the next access is ordered after
// that.
//
// Because      The library's sources are compiled with the compiler's race instrumentation
//              (-fsanitize=thread) for this platform, and the hooks that it calls are ours (plain_hooks.cpp).
//              So every plain access of the shipped code is checked, queue links under a bucket's lock and
//              all, and a memory order that is too weak shows as a race. A plain access is no step: in a
//              program without races nobody can see its place.
// Edges        Watched are the stacks and heaps of simulated threads, and static data. A word remembers one
//              access of each thread and kind; an older one to other bytes of the same word is forgotten. So
//              a race may be missed there, and none is invented.
// Checked by   tests/simulated/race_test.cpp
// Source       Flanagan and Freund, "FastTrack: Efficient and Precise Dynamic Race Detection"
#pragma once

#include <cstddef>

#include <signalbox/simulated/access.hpp>

namespace signalbox::simulated::plain_memory {

/// Forgets all accesses.
void restart();

void access(const void* address, std::size_t size, bool is_write, site at) noexcept;

}  // namespace signalbox::simulated::plain_memory
