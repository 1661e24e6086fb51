// What `run`, `lock` and `wrap` share: the options of a wait, and executing a command while holding.
#pragma once

#include <string>

#include <signalbox/limit.hpp>
#include <signalbox/process/semaphore.hpp>

#include "command.hpp"
#include "failure.hpp"
#include "linux/child.hpp"

namespace signalbox::tool {

/// How long to wait.
struct wait_options {
    std::string timeout;
    bool is_try = false;

    void declare(option_list& options);
    /// Errors: failure (usage).
    [[nodiscard]] limit until() const;
};

/// How to execute.
struct job_options : wait_options {
    std::string label;
    std::string conflict_exit;
    std::string hold_limit;
    bool is_shell = false;

    void declare(option_list& options);
    /// What others see of this process: as given, or the first words of the command.
    [[nodiscard]] std::string label_for(const command_line& words) const;
    /// The failure of who did not get `name` in time.
    [[nodiscard]] failure conflict(const std::string& name) const;
    /// Errors: failure (usage): one of the texts is wrong.
    [[nodiscard]] child_plan plan(const command_line& words) const;
};

/// What one semaphore needs for `run` and `wrap`.
struct permits_options {
    std::string capacity;
    std::string weight = "1";

    void declare(option_list& options);
};

/// Executes the plan, held by `object` for this process and the child together; `object` holds already.
template <class Object>
child_ending execute_holding(Object& object, child_plan plan, const std::string& name, std::ptrdiff_t count)
{
    set_variable("SIGNALBOX_NAME", name);
    set_variable("SIGNALBOX_PERMITS", std::to_string(count));
    plan.life = object.native_handle();
    object.hold_with_children();
    try {
        const child_ending ending = execute(plan);
        object.hold_alone();
        return ending;
    } catch (const failure&) {
        object.hold_alone();
        throw;
    }
}

/// Says that the child held too long, if it did.
void report_ending(const std::string& name, const job_options& job, const child_ending& ending);

/// Executes a command while holding permits of the semaphore `name`; returns the exit code.
int run_with_permits(const std::string& name, const permits_options& permits, const job_options& job,
                     const command_line& words);

}  // namespace signalbox::tool
