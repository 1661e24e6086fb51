// The cells of the threads of this process, and what happens when one of them ends or the process forks.
//
// Because      A thread that ends leaves its balance behind: the process still holds what it took. The next
//              thread goes on with that cell; only the owner of a mutex keeps its cell for ever, since nobody
//              else may become the owner.
#include <algorithm>
#include <mutex>

#include <signalbox/platform/fork.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/platform/uneven_barrier.hpp>

#include "core/thread_registry.hpp"
#include "process/errors.hpp"
#include "process/registry.hpp"
#include "process/resting.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {

namespace {

// The analysis can't follow a lock from one handler to another.
void before_fork() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    registry::get().lock.lock();
}

void after_fork_in_parent() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    registry::get().lock.unlock();
}

void after_fork_in_child() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    platform::forget_identity();
    platform::forget_heavy_barriers();
    registry::get().after_fork();
    registry::get().lock.unlock();
}

}  // namespace

registry& registry::get()
{
    static registry* const only = [] {
        platform::at_fork(before_fork, after_fork_in_parent, after_fork_in_child);
        return new registry;  // never destroyed: threads may end after main()
    }();
    return *only;
}

attachment* registry::find(const platform::file_status& which) const noexcept
{
    for (attachment* const each : all) {
        if (each->identity_.device == which.device && each->identity_.number == which.number) {
            return each;
        }
    }
    return nullptr;
}

void registry::after_fork() const noexcept
{
    for (attachment* const each : all) {
        each->become_child();
    }
}

void registry::thread_ended(std::uint32_t thread)
{
    registry& here = get();
    const std::lock_guard guard{here.lock};
    for (attachment* const each : here.all) {
        if (each->mark_.thread == platform::kernel_thread() && !platform::is_first_thread()) {
            platform::drop_life_mark(each->mark_);  // another thread will make one
        }
        for (const auto& one : each->leases_) {
            // a mutex stays with the thread that ended and owns it
            if (one->thread == thread && !(is_mutex(each->traits.kind) && owns(*each, *one))) {
                one->thread = 0;
            }
        }
    }
}

lease& attachment::find_lease()
{
    renew_mark(my_slot());  // from now on its death can be others' business
    const std::uint32_t me = signalbox::detail::identity_of(platform::this_thread());
    const std::lock_guard guard{registry::get().lock};
    lease* found = nullptr;
    for (const auto& one : leases_) {
        if (one->thread == me || (found == nullptr && one->thread == 0)) {
            found = one.get();
        }
    }
    if (found == nullptr) {
        leases_.push_back(make_lease());
        found = leases_.back().get();
    }
    if (found->thread != me) {
        found->thread = me;
        found->tenancy = shared->holders[found->cell].tenancy.fetch_add(1) + 1;
        platform::call_when_thread_ends(&registry::thread_ended, me);
    }
    platform::slot_of_thread(serial) = {serial, found};
    return *found;
}

std::unique_ptr<lease> attachment::make_lease()
{
    auto fresh = std::make_unique<lease>();
    const std::uint32_t slot = slot_.load();
    fresh->cell = room{*this, slot}.take_cell(slot, pocket_empty);
    if (books.value_of(fresh->cell, fresh->last) == verdict::corrupt) {
        fail_corrupt(name);
    }
    return fresh;
}

std::uint32_t room::take_cell(std::uint32_t slot, std::uint32_t pocket)
{
    object_layout& shared = *object_.shared;
    const std::uint32_t used = std::min(shared.head.holders_used.load(), holders_most);
    for (std::uint32_t cell = 1; cell < holders_most; ++cell) {
        if (cell >= used || shared.holders[cell].participant.load() == 0) {
            if (cell >= used) {
                object_.reserve(&shared.holders[cell], sizeof shared.holders[cell]);
                shared.head.holders_used.store(cell + 1);
            }
            shared.holders[cell].pocket.store(pocket);
            shared.holders[cell].participant.store(slot + 1);
            return cell;
        }
    }
    fail(std::errc::resource_unavailable_try_again, object_.name,
         "has " + std::to_string(holders_most - 1) + " holders; there is no place for one more thread");
}

}  // namespace signalbox::process::detail
