// What goes wrong in the library, said to the user of the command.
#include "failure.hpp"

#include <cstdio>

#include <fmt/core.h>

namespace signalbox::tool {
namespace {

// What the library says, without the program's name and the system's words behind it.
std::string reason_of(const std::system_error& error)
{
    std::string text = error.what();
    const std::string name = "signalbox: ";
    const std::string system = ": " + error.code().message();
    if (text.compare(0, name.size(), name) == 0) {
        text.erase(0, name.size());
    }
    if (text.size() > system.size() &&
        text.compare(text.size() - system.size(), system.size(), system) == 0) {
        text.erase(text.size() - system.size());
    }
    return text;
}

}  // namespace

failure failure_of(const std::system_error& error, const std::string& name, int otherwise)
{
    const auto is = [&](std::errc code) { return error.code() == std::make_error_condition(code); };
    const std::string reason = reason_of(error);
    if (is(std::errc::no_such_file_or_directory) && reason.find("does not exist") != std::string::npos) {
        return {no_object,
                fmt::format("there is no '{0}'; `signalbox create {0} -n CAPACITY` makes a semaphore, "
                            "`run` and `lock` make what they need",
                            name)};
    }
    if (is(std::errc::permission_denied) || is(std::errc::operation_not_permitted)) {
        return {no_permission,
                fmt::format("{}: {}; its owner can let others in: `signalbox create --mode 0660`, "
                            "or chmod",
                            reason, error.code().message())};
    }
    if (is(std::errc::file_exists)) {
        return {cannot_create,
                fmt::format("'{0}' exists already; `signalbox resize {0} CAPACITY` changes its "
                            "capacity, `signalbox rm {0}` removes it",
                            name)};
    }
    if (is(std::errc::identifier_removed)) {
        return {unavailable, fmt::format("'{}' was removed meanwhile; try again to make it anew", name)};
    }
    if (is(std::errc::operation_canceled) || is(std::errc::owner_dead)) {
        return {unavailable, reason};
    }
    if (is(std::errc::invalid_argument)) {
        const bool is_other =
            reason.find("is no name") == std::string::npos && reason.find("must ") == std::string::npos;
        return {is_other ? no_object : usage, reason};
    }
    return {otherwise, fmt::format("{}: {}", reason, error.code().message())};
}

void report(const std::string& message)
{
    const std::string line = "signalbox: " + message + "\n";
    [[maybe_unused]] const auto written = std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace signalbox::tool
