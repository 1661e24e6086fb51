// The semaphore between processes: how one is made, opened, removed and collected.
#include <cstring>
#include <string>

#include <signalbox/process/semaphore.hpp>

#include "process/collecting.hpp"
#include "process/errors.hpp"
#include "process/files.hpp"
#include "process/reading.hpp"

namespace signalbox::process {
namespace {

detail::blueprint plan_of(const semaphore_options& how, const std::string& name)
{
    const std::ptrdiff_t initial = how.initial.value_or(how.capacity);
    if (how.capacity < 0 || how.capacity > semaphore::max() || initial < 0 || initial > how.capacity) {
        detail::fail(std::errc::invalid_argument, name,
                     "can't have " + std::to_string(initial) + " permits of a capacity of " +
                         std::to_string(how.capacity) +
                         ": it must be 0 <= initial <= capacity <= " + std::to_string(semaphore::max()));
    }
    detail::blueprint plan;
    plan.traits.kind = detail::object_kind::semaphore;
    plan.traits.is_fifo = how.fairness == signalbox::fairness::fifo ? 1 : 0;
    std::strncpy(plan.traits.label, how.label.c_str(), detail::label_most - 1);
    plan.capacity = how.capacity;
    plan.initial = initial;
    plan.mode = how.mode;
    return plan;
}

}  // namespace

semaphore semaphore::create(const std::string& name, const options& how)
{
    return semaphore{detail::create_object(name, plan_of(how, name), how.label.c_str())};
}

semaphore semaphore::open(const std::string& name, const std::string& label)
{
    return semaphore{detail::open_object(name, detail::object_kind::semaphore, label.c_str())};
}

semaphore semaphore::open_or_create(const std::string& name, const options& how)
{
    return semaphore{detail::open_or_create_object(name, plan_of(how, name), how.label.c_str())};
}

semaphore semaphore::anonymous(const options& how)
{
    return semaphore{detail::make_anonymous_object(plan_of(how, ""), how.label.c_str())};
}

semaphore semaphore::from_handle(int handle, const std::string& label)
{
    return semaphore{detail::adopt_handle(handle, detail::object_kind::semaphore, label.c_str())};
}

bool semaphore::remove(const std::string& name)
{
    return detail::remove_object(name, detail::object_kind::semaphore);
}

std::vector<std::string> semaphore::list()
{
    return detail::list_objects(detail::object_kind::semaphore);
}

std::vector<std::string> semaphore::collect()
{
    return detail::collect_objects([](int file, const detail::object_identity& what) {
        if (what.traits.kind != detail::object_kind::semaphore) {
            return false;
        }
        platform::file_status status;
        const auto seen = detail::read_object(file, "", status);
        return seen && seen->sum.result == detail::verdict::done &&
               seen->sum.capacity == seen->sum.free + seen->sum.held;
    });
}

}  // namespace signalbox::process
