// An object by its name, whatever kind it is.
#pragma once

#include <string>
#include <variant>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

namespace signalbox::tool {

using any_object = std::variant<process::semaphore, process::mutex>;

/// Errors: failure, as failure_of() says.
any_object open_any(const std::string& name, const std::string& label);
process::semaphore open_semaphore(const std::string& name, const std::string& label);

}  // namespace signalbox::tool
