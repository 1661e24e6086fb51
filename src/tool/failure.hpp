// What can go wrong for the user of `signalbox`, and the exit code that says so.
//
// Source       sysexits(3); 126 and 127 as in the shell
#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

namespace signalbox::tool {

enum exit_code {
    done = 0,
    usage = 64,
    no_object = 66,        // there is no such object
    unavailable = 69,      // it is closed, poisoned, or was removed meanwhile
    internal = 70,         // what should not happen
    cannot_create = 73,    // the object can't be created
    not_obtained = 75,     // not in time, or not at once; --conflict-exit changes it
    no_permission = 77,    // the file of the object does not let this user
    cannot_execute = 126,  // the command is there, and can't be executed
    not_found = 127,       // there is no such command
};

/// Ends the program with a code and a message; an empty message prints nothing.
class failure : public std::runtime_error {
public:
    failure(int code, const std::string& message) : std::runtime_error{message}, code_{code} {}

    [[nodiscard]] int code() const noexcept { return code_; }

private:
    int code_;
};

/// What the library says, as the user of the command is told it. `otherwise`: the code for what is none of
/// the usual errors.
failure failure_of(const std::system_error& error, const std::string& name, int otherwise);

/// Writes a line to standard error, with the program's name before it.
void report(const std::string& message);

}  // namespace signalbox::tool
