// The recursive mutex between processes: what it adds to the mutex inside.
//
// Invariant 1  `locked_again` of the attachment is written by the owner alone, and is set to 0 by whoever
//              becomes the owner: an owner that died in this process's child, or a thread that was told of a
//              death, leaves nothing behind.
#include <signalbox/process/recursive_mutex.hpp>

#include <cstring>

#include "process/errors.hpp"
#include "process/files.hpp"
#include "process/waiting.hpp"

namespace signalbox::process {
namespace {

constexpr auto kind = detail::object_kind::recursive_mutex;

detail::blueprint plan_of(const mutex_options& how)
{
    detail::blueprint plan;
    plan.traits.kind = kind;
    plan.traits.is_poisoned_by_death = how.on_owner_death == on_death::poison ? 1 : 0;
    std::strncpy(plan.traits.label, how.label.c_str(), detail::label_most - 1);
    plan.mode = how.mode;
    return plan;
}

}  // namespace

recursive_mutex recursive_mutex::create(const std::string& name, const options& how)
{
    return recursive_mutex{detail::create_object(name, plan_of(how), how.label.c_str())};
}

recursive_mutex recursive_mutex::open(const std::string& name, const std::string& label)
{
    return recursive_mutex{detail::open_object(name, kind, label.c_str())};
}

recursive_mutex recursive_mutex::open_or_create(const std::string& name, const options& how)
{
    return recursive_mutex{detail::open_or_create_object(name, plan_of(how), how.label.c_str())};
}

recursive_mutex recursive_mutex::anonymous(const options& how)
{
    return recursive_mutex{detail::make_anonymous_object(plan_of(how), how.label.c_str())};
}

recursive_mutex recursive_mutex::from_handle(int handle, const std::string& label)
{
    return recursive_mutex{detail::adopt_handle(handle, kind, label.c_str())};
}

bool recursive_mutex::remove(const std::string& name)
{
    return detail::remove_object(name, kind);
}

std::vector<std::string> recursive_mutex::list()
{
    return detail::list_objects(kind);
}

void recursive_mutex::lock() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    if (!first_.is_mine()) {
        first_.lock();
        first_.object_->locked_again = 0;
    } else if (!lock_again()) {
        refuse_depth();
    }
}

outcome recursive_mutex::lock(const limit& until)
{
    if (!first_.is_mine()) {
        const outcome ended = first_.lock(until);
        if (is_acquired(ended)) {
            first_.object_->locked_again = 0;
        }
        return ended;
    }
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    return lock_again() ? outcome::acquired : (refuse_depth(), outcome::closed);
}

bool recursive_mutex::try_lock() noexcept SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    if (first_.is_mine()) {
        return lock_again();
    }
    const bool is_locked = first_.try_lock();
    if (is_locked) {
        first_.object_->locked_again = 0;
    }
    return is_locked;
}

void recursive_mutex::unlock() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    if (first_.is_mine() && first_.object_->locked_again > 0) {
        --first_.object_->locked_again;
    } else {
        first_.unlock();  // throws for everybody but the owner
    }
}

std::uint32_t recursive_mutex::depth() const noexcept
{
    return first_.is_mine() ? first_.object_->locked_again + 1 : 0;
}

bool recursive_mutex::lock_again() noexcept
{
    std::uint32_t& again = first_.object_->locked_again;
    const bool is_possible = again + 1 < max_depth();
    again += is_possible ? 1 : 0;
    return is_possible;
}

void recursive_mutex::refuse_depth() const
{
    detail::fail(std::errc::value_too_large, name(),
                 "lock() by thread " + std::to_string(owner().value()) + ", which has locked it " +
                     std::to_string(max_depth()) + " times already, as often as it can be");
}

}  // namespace signalbox::process
