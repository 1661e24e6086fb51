// Who holds what, since when and where: what code that was compiled with SIGNALBOX_SITES=1 writes down.
//
// Invariant 1  A holding is in the list of its object from just after it was acquired until it is released:
//              a mutex takes its note away before, a permit after, for a release that fails keeps it.
// Invariant 2  Of an owner there is at most one note for each thread and object; of a reader one for each
//              time that it reads. Code without the switch leaves notes behind when it unlocks what other
//              code locked: whoever reads them compares them with the word.
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

enum class holding_kind : std::uint8_t { owner, reader, permits };

struct holder {
    const void* object = nullptr;
    std::uint32_t thread = 0;  // the identity of the thread that acquired
    std::int64_t count = 1;    // permits
    std::chrono::steady_clock::time_point since{};
    call_site site;
    holding_kind kind = holding_kind::permits;
    holder* next = nullptr;
    holder* previous = nullptr;
};

/// Copies of the notes about what lies at `object` and is `size` bytes long, oldest first; with `attempts` as
/// in whole_table. Errors: std::bad_alloc. Complexity: a look at all notes if size > 1.
[[nodiscard]] std::vector<holder> holders_of(const void* object, std::size_t size = 1, unsigned attempts = 0);

/// Calls `visit(context, holder)` for each note about what lies at `object`, under the lock of its list.
void each_holder(const void* object, void* context, void (*visit)(void* context, const holder&)) noexcept;

/// Whether anything was ever noted in this process.
[[nodiscard]] bool are_holders_known() noexcept;

/// Writes a holder down, unless notes of its kind are switched off: then it returns false.
[[nodiscard]] bool add_holder(holder& made) noexcept;

/// Takes one away, or the first that fits (null if there is none), or changes its count of permits.
void take_holder(holder& gone) noexcept;
[[nodiscard]] holder* take_holder(const void* object, std::uint32_t thread, holding_kind kind) noexcept;
void change_holder(holder& changed, std::int64_t count) noexcept;

void delete_holder(holder* gone) noexcept;

/// Makes the notes survive fork(2); called once.
void protect_holders_around_fork() noexcept;

}  // namespace signalbox::detail
