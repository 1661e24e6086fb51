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

}  // namespace signalbox::tool
