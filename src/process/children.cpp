// A participant that lives as long as any process has its descriptor: a process and its children together.
//
// Invariant 1  Without a mark of life, only the lock on its byte says that a participant is alive.
// Because      That lock belongs to the open file, and goes with the last descriptor of it, whichever process
//              has that. The mark speaks of one thread of one process, so it would call the participant dead
//              as soon as that process is.
// Crash        A process that is killed while its children hold on leaves what it was about to do undone
//              until the last of them has ended: a place in the queue, or the lock of the room. So whoever
//              goes on to use the object calls hold_alone() first.
// Checked by   tests/process/children_test.cpp
#include <mutex>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "process/inspecting.hpp"
#include "process/registry.hpp"
#include "process/room.hpp"

namespace signalbox::process {
namespace detail {

void attachment::hold_with_children()
{
    my_slot();
    const std::lock_guard guard{registry::get().lock};
    has_no_marks_.store(true);
    platform::drop_life_mark(mark_);
}

void attachment::hold_alone()
{
    const std::uint32_t slot = my_slot();
    const std::lock_guard guard{registry::get().lock};
    if (has_no_marks_.load()) {
        make_mark(slot);
        has_no_marks_.store(mark_.pages == nullptr);
    }
}

}  // namespace detail

void semaphore::hold_with_children()
{
    object_->hold_with_children();
}

void semaphore::hold_alone()
{
    object_->hold_alone();
}

void mutex::hold_with_children()
{
    object_->hold_with_children();
}

void mutex::hold_alone()
{
    object_->hold_alone();
}

std::vector<holder_info> mutex::holders() const
{
    detail::tidy(*object_);
    return detail::list_holders(*object_);
}

}  // namespace signalbox::process
