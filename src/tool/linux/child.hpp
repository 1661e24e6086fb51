// The command that `signalbox run` executes: started, accompanied by signals and stops, and reaped.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::tool {

struct child_plan {
    std::vector<std::string> words;  // the command and its arguments
    bool is_shell = false;           // they are a line for sh
    int life = -1;                   // the descriptor with which the child holds too
    std::optional<std::chrono::nanoseconds> hold_limit{};
};

struct child_ending {
    int code = 0;                  // 128 + the signal that killed it
    bool was_interrupted = false;  // by SIGINT: a shell ends its loop only for who dies of it
    bool was_too_long = false;
};

/// Executes it, and waits for its end; this process's signals are blocked from now on.
/// Errors  failure: cannot_execute or not_found.
child_ending execute(const child_plan& plan);

/// Ends this process as an interrupted one, if the child was; otherwise returns the code.
int leave_as(const child_ending& ending);

/// Sets a variable of the environment that the child inherits.
void set_variable(const char* name, const std::string& value);

/// How many processors this process may run on.
std::size_t processor_count();

}  // namespace signalbox::tool
