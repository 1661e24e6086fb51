// Who holds what, since when and where: what code that was compiled with SIGNALBOX_SITES=1 writes down.
//
// Invariant 1  A holding is in the list of its object from just after it was acquired until it is released:
//              a mutex takes its note away before, a permit after, for a release that fails keeps it.
// Invariant 2  Of a mutex there is at most one note for each thread. Code without the switch leaves notes
//              behind when it unlocks what other code locked: whoever reads them compares them with the
//              owner in the word.
// Because      A semaphore does not know who has its permits, and a mutex knows its owner but not where it
//              locked. Both stay as small and as fast as they are: the notes stand beside them.
// Checked by   tests/thread/sites_test.cpp, tests/thread/fork_test.cpp
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <signalbox/config.hpp>
#include <signalbox/detail/call_site.hpp>

namespace signalbox::detail {

struct holder {
    const void* object = nullptr;
    std::uint32_t thread = 0;  // the identity of the thread that acquired
    std::int64_t count = 1;    // permits
    std::chrono::steady_clock::time_point since{};
    call_site site;
    bool is_owner = false;  // noted by a mutex, not held by a permit
    holder* next = nullptr;
    holder* previous = nullptr;
};

/// Copies of the notes about what lies at `object` and is `size` bytes long, oldest first; with `attempts` as
/// in whole_table. Errors: std::bad_alloc. Complexity: a look at all notes if size > 1.
[[nodiscard]] std::vector<holder> holders_of(const void* object, std::size_t size = 1, unsigned attempts = 0);

}  // namespace signalbox::detail
