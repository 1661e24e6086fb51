// The mark of life of a participant, and the page that it is on.
//
//   making one, killed               left behind                       repaired by
//   before `has_page` is set         a page that nobody touches        nobody needs to
//   before the word is written       the same, and no mark             the byte decides (recovery.cpp)
//
// Because      Who neither holds anything nor waits can't be missed, and needs no mark and no page. Where the
//              file system has no page left the byte alone tells of a death, within the belt (room.hpp).
// Checked by   tests/process/death_test.cpp, tests/process/full_test.cpp,
//              tests/crash/every_instruction_test.cpp
#include <mutex>

#include <signalbox/platform/this_thread.hpp>

#include "core/thread_registry.hpp"
#include "process/registry.hpp"

namespace signalbox::process::detail {

void attachment::make_mark(std::uint32_t slot)
{
    participant_record& mine = shared->record(slot);
    if (mine.has_page.load() == 0) {
        if (platform::reserve_in_file(file, offset_of_participant(slot), sizeof(participant_page)) < 0) {
            return;
        }
        mine.has_page.store(1);
    }
    mark_ = platform::make_life_mark(file, offset_of_participant(slot));
    const std::uint32_t me = signalbox::detail::identity_of(platform::this_thread());
    platform::call_when_thread_ends(&registry::thread_ended, me);
}

void attachment::renew_mark(std::uint32_t slot)
{
    const auto is_gone = [](std::uint32_t life) {
        return life == 0 || (life & platform::life_mark_bits::died) != 0;
    };
    if (!is_gone(shared->life(slot)) || has_no_marks_.load()) {
        return;
    }
    const std::lock_guard guard{registry::get().lock};
    if (is_gone(shared->life(slot)) && !has_no_marks_.load()) {
        platform::drop_life_mark(mark_);  // its thread may live: anybody can have written that word
        make_mark(slot);
        has_no_marks_.store(mark_.pages == nullptr);
    }
}

}  // namespace signalbox::process::detail
