// How a process comes to use a shared object, and how it leaves; what fork(2) changes.
//
//   attaching, killed                    left behind                        repaired by
//   before the byte is locked            nothing                            -
//   before the record is `attached`      a cleared mark, a record of        nobody needs to: it is absent,
//                                        somebody who is gone               or recover() comes first
//   after that                           a participant without its byte     recover(), by anybody
//   leaving, anywhere                    the same                           the same
#include "process/attachment.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

#include <signalbox/platform/this_thread.hpp>
#include <signalbox/platform/uneven_barrier.hpp>

#include "core/thread_registry.hpp"
#include "process/errors.hpp"
#include "process/files.hpp"
#include "process/registry.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {

namespace {

void copy_text(atomic<std::uint64_t>* to, std::size_t words, const char* from, std::size_t size) noexcept
{
    for (std::size_t i = 0; i < words; ++i) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, from + 8 * i, std::min<std::size_t>(8, size - 8 * i));
        to[i].store(eight);
    }
}

bool death_tells(const object_traits& what) noexcept
{
    return is_mutex(what.kind) && what.is_poisoned_by_death == 0;
}

}  // namespace

attachment::attachment(int opened, object_layout* mapped, const object_traits& what, std::string called)
    : shared{mapped}, traits{what}, name{std::move(called)}, books{*mapped, death_tells(what)}, file{opened}
{
}

attachment::~attachment()
{
    if (shared != nullptr) {
        platform::unmap_file(shared, object_size);
    }
    platform::close_file(file);
}

attachment* attachment::attach(int file, const std::string& name, object_kind kind, const char* label)
{
    registry& here = registry::get();
    const std::lock_guard guard{here.lock};
    object_traits what;
    platform::file_status status;
    try {
        status = inspect(file, name, kind, what);
    } catch (...) {
        platform::close_file(file);
        throw;
    }
    if (attachment* const known = here.find(status)) {
        platform::close_file(file);
        ++known->handles_;
        known->rename(label);
        return known;
    }
    attachment* const made = map(file, name, what, label);
    made->join(status);
    return made;
}

attachment* attachment::attach_new(int file, const platform::file_status& status, const std::string& name,
                                   const blueprint& plan, const char* label)
{
    const std::lock_guard guard{registry::get().lock};
    attachment* const made = map(file, name, plan.traits, label);
    try {
        made->reserve(&made->shared->head, sizeof made->shared->head);
    } catch (...) {
        delete made;
        throw;
    }
    fill(*made->shared, plan);
    made->join(status);
    return made;
}

attachment* attachment::find_named(const std::string& name, object_kind kind) noexcept
{
    registry& here = registry::get();
    const std::lock_guard guard{here.lock};
    const auto found = std::find_if(here.all.begin(), here.all.end(), [&](const attachment* each) {
        return each->name == name && each->traits.kind == kind && each->file >= 0;
    });
    if (found == here.all.end()) {
        return nullptr;
    }
    ++(*found)->handles_;
    return *found;
}

// Takes over the open file.
attachment* attachment::map(int file, const std::string& name, const object_traits& what, const char* label)
{
    auto* const mapped = static_cast<object_layout*>(platform::map_file(file, object_size));
    if (mapped == nullptr) {
        platform::close_file(file);
        fail(std::errc::not_enough_memory, name, "can't be mapped into this process");
    }
    auto* const made = new attachment{file, mapped, what, name};
    made->rename(label);
    return made;
}

// Who opens it once more may say what others are to see.
void attachment::rename(const char* label) noexcept
{
    if (*label == '\0') {
        return;
    }
    std::memset(label_, 0, sizeof label_);
    std::strncpy(label_, label, label_most - 1);
    const std::uint32_t slot = slot_.load();
    if (slot != no_slot) {
        atomic<std::uint64_t>* const shown = shared->record(slot).label;
        copy_text(shown, label_most / 8, label_, sizeof label_);
    }
}

// Makes this process a participant, or ends the attachment.
void attachment::join(const platform::file_status& identity)
{
    registry& here = registry::get();
    identity_ = identity;
    serial = ++here.last_serial;
    here.all.push_back(this);
    try {
        take_slot();
    } catch (...) {
        std::erase(here.all, this);
        delete this;
        throw;
    }
}

void attachment::reserve(const void* part, std::size_t size) const
{
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(part) -
                                                 static_cast<const char*>(static_cast<const void*>(shared)));
    const int result = platform::reserve_in_file(file, offset, size);
    if (result < 0) {
        fail_with(result, name, "can't grow: there is no memory for its file");
    }
}

// Those of participants that there were before have their memory. Of those in between, somebody may be about
// to see to it.
void attachment::reserve_far_record(std::uint32_t slot) const
{
    const std::uint32_t used = std::max(shared->head.participants_used.load(), near_most);
    if (slot >= used) {
        reserve(&shared->participants[used], (slot + 1 - used) * sizeof shared->participants[slot]);
    }
}

void attachment::add_handle() noexcept
{
    const std::lock_guard guard{registry::get().lock};
    ++handles_;
}

void attachment::drop_handle() noexcept
{
    registry& here = registry::get();
    const std::lock_guard guard{here.lock};
    if (--handles_ == 0) {
        std::erase(here.all, this);
        leave();
        delete this;
    }
}

void attachment::take_slot()
{
    for (std::uint32_t slot = 0; slot < participants_most; ++slot) {
        if (platform::lock_byte(file, slot) && try_slot(slot)) {
            return;
        }
    }
    fail(std::errc::resource_unavailable_try_again, name,
         "is used by " + std::to_string(participants_most) + " processes; there is no place for one more");
}

// The byte is locked: nobody else alive has this slot.
bool attachment::try_slot(std::uint32_t slot)
{
    reserve_far_record(slot);
    participant_record& mine = shared->record(slot);
    if (mine.has_page.load() != 0) {
        shared->participants[slot].life.store(0);
    }
    room inside{*this, slot, true};
    if (mine.state.load() == attached) {
        inside.recover(slot);
    }
    const platform::process_identity me = platform::this_process();
    mine.generation.fetch_add(1);
    mine.pid.store(me.pid);
    mine.pid_namespace.store(me.pid_namespace);
    mine.start_time.store(me.start_time);
    mine.since.store(platform::boot_nanoseconds());
    copy_text(mine.command, std::size(mine.command), me.command, sizeof me.command);
    copy_text(mine.label, std::size(mine.label), label_, sizeof label_);
    if (shared->head.participants_used.load() <= slot) {
        shared->head.participants_used.store(slot + 1);
    }
    mine.state.store(attached);
    may_rest = platform::join_heavy_barriers();
    slot_.store(slot);
    return true;
}

void attachment::leave() noexcept
{
    const std::uint32_t slot = slot_.load();
    if (slot == no_slot) {
        return;
    }
    try {
        room inside{*this, slot};
        inside.recover(slot);
    } catch (...) {
        slot_.store(no_slot);  // a damaged file: closing it is all that can be done
    }
    platform::drop_life_mark(mark_);
}

std::uint32_t attachment::my_slot()
{
    const std::uint32_t known = slot_.load();
    if (known != no_slot) {
        return known;
    }
    const std::lock_guard guard{registry::get().lock};
    if (slot_.load() == no_slot) {
        if (file < 0) {
            fail(std::errc::bad_file_descriptor, name,
                 "can't be used after fork(): its file could not be opened again through /proc");
        }
        take_slot();
    }
    return slot_.load();
}

// Only what a signal handler may do: the parent may have had other threads.
void attachment::become_child() noexcept
{
    const int again = platform::open_again(file);
    platform::close_file(file);  // the parent's lock must not live as long as the child
    file = again;
    slot_.store(no_slot);
    serial = ++registry::get().last_serial;
    platform::forget_life_mark(mark_);
    has_no_marks_.store(false);
    inside_room.store(0);
    for (auto& one : leases_) {
        static_cast<void>(one.release());
    }
    leases_.clear();
    has_recovered = false;
}

bool attachment::is_removed() const noexcept
{
    platform::file_status status;
    return shared->head.is_removed.load() != 0 ||
           (!name.empty() && (platform::status_of_file(file, status) != 0 || status.names == 0));
}

}  // namespace signalbox::process::detail
