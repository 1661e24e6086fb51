// Opening and removing objects, with the errors that users of the command see.
#include "objects.hpp"

#include <algorithm>

#include "failure.hpp"

namespace signalbox::tool {
namespace {

// Whether it is there, and of another kind than was asked for.
bool is_other_kind(const std::system_error& error)
{
    return error.code() == std::make_error_condition(std::errc::invalid_argument) &&
           std::string{error.what()}.find(", not a") != std::string::npos;
}

// What the first kind gives that the object is of. Errors: failure.
template <class Result, class First, class... Others>
Result first_of(const std::string& name, const First& first, const Others&... others)
{
    try {
        return first();
    } catch (const std::system_error& error) {
        if constexpr (sizeof...(others) > 0) {
            if (is_other_kind(error)) {
                return first_of<Result>(name, others...);
            }
        }
        throw failure_of(error, name, internal);
    }
}

}  // namespace

any_object open_any(const std::string& name, const std::string& label)
{
    return first_of<any_object>(
        name, [&] { return any_object{process::semaphore::open(name, label)}; },
        [&] { return any_object{process::mutex::open(name, label)}; },
        [&] { return any_object{process::recursive_mutex::open(name, label)}; },
        [&] { return any_object{process::event::open(name, label)}; });
}

process::semaphore open_semaphore(const std::string& name, const std::string& label)
{
    return first_of<process::semaphore>(name, [&] { return process::semaphore::open(name, label); });
}

bool remove_any(const std::string& name)
{
    return first_of<bool>(
        name, [&] { return process::semaphore::remove(name); }, [&] { return process::mutex::remove(name); },
        [&] { return process::recursive_mutex::remove(name); }, [&] { return process::event::remove(name); });
}

const char* name_of(process::kind kind) noexcept
{
    switch (kind) {
    case process::kind::semaphore: return "semaphore";
    case process::kind::mutex: return "mutex";
    case process::kind::recursive_mutex: return "recursive mutex";
    case process::kind::event: return "event";
    }
    return "unknown";
}

std::string state_of(const process::object_info& object)
{
    if (object.is_damaged) {
        return "damaged";
    }
    if (object.kind == process::kind::event) {
        return object.is_set ? "set" : "not set";
    }
    if (object.is_closed) {
        return object.kind == process::kind::semaphore ? "closed" : "poisoned";
    }
    return "";
}

std::ptrdiff_t count_users(const process::object_info& object, bool is_alive)
{
    return std::count_if(object.users.begin(), object.users.end(),
                         [&](const process::user_info& each) { return each.is_alive == is_alive; });
}

}  // namespace signalbox::tool
