// An object by its name, whatever kind it is.
#pragma once

#include <string>
#include <variant>

#include <signalbox/process/event.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/objects.hpp>
#include <signalbox/process/recursive_mutex.hpp>
#include <signalbox/process/semaphore.hpp>

namespace signalbox::tool {

using any_object = std::variant<process::semaphore, process::mutex, process::recursive_mutex, process::event>;

/// Errors: failure, as failure_of() says.
any_object open_any(const std::string& name, const std::string& label);
process::semaphore open_semaphore(const std::string& name, const std::string& label);

/// Whether there was such an object. Errors: failure.
bool remove_any(const std::string& name);

const char* name_of(process::kind kind) noexcept;

/// "closed", "poisoned", "damaged", "set", "not set", or nothing.
std::string state_of(const process::object_info& object);
/// Of the processes that use it those that are alive, or dead.
std::ptrdiff_t count_users(const process::object_info& object, bool is_alive);

}  // namespace signalbox::tool
