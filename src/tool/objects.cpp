// Opening objects, with the errors that users of the command see.
#include "objects.hpp"

#include "failure.hpp"

namespace signalbox::tool {

any_object open_any(const std::string& name, const std::string& label)
{
    try {
        return process::semaphore::open(name, label);
    } catch (const std::system_error& error) {
        if (std::string{error.what()}.find("mutex, not ") == std::string::npos) {
            throw failure_of(error, name, internal);
        }
    }
    try {
        return process::mutex::open(name, label);
    } catch (const std::system_error& error) {
        throw failure_of(error, name, internal);
    }
}

process::semaphore open_semaphore(const std::string& name, const std::string& label)
{
    try {
        return process::semaphore::open(name, label);
    } catch (const std::system_error& error) {
        throw failure_of(error, name, internal);
    }
}

}  // namespace signalbox::tool
