// `signalbox lock`: executes a command while owning a mutex, which it makes if need be.
#include <memory>
#include <optional>

#include <fmt/core.h>
#include <signalbox/process/mutex.hpp>

#include "job.hpp"

namespace signalbox::tool {
namespace {

struct lock_options {
    std::string name;
    job_options job;
};

void report_death(const process::mutex& object)
{
    if (const auto who = object.recovered_from()) {
        report(fmt::format("the last owner of '{}' died and left it (pid {}, {}); what it guards may be half "
                           "changed",
                           object.name(), who->pid, who->label.empty() ? who->command : who->label));
    }
}

// Whether it is locked; tells of the last owner's death.
bool obtain(process::mutex& object, const limit& until) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    const outcome ended = object.lock(until);
    if (ended == outcome::closed) {
        throw failure{unavailable, fmt::format("'{}' is poisoned: its owner died; a program must repair() it",
                                               object.name())};
    }
    if (ended == outcome::owner_died) {
        report_death(object);
    }
    return is_acquired(ended);
}

int lock_and_execute(const lock_options& chosen, const command_line& words)
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    const child_plan plan = chosen.job.plan(words);
    const limit until = chosen.job.until();
    try {
        auto object = process::mutex::open_or_create(chosen.name, {.label = chosen.job.label_for(words)});
        if (!obtain(object, until)) {
            throw chosen.job.conflict(chosen.name);
        }
        std::optional<child_ending> ending;
        try {
            ending = execute_holding(object, plan, chosen.name, 1);
        } catch (const failure&) {
            object.unlock();
            throw;
        }
        object.unlock();
        report_ending(chosen.name, chosen.job, *ending);
        return leave_as(*ending);
    } catch (const std::system_error& error) {
        throw failure_of(error, chosen.name, cannot_create);
    }
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<lock_options>();
    options.positional("NAME", "the mutex", chosen->name);
    chosen->job.declare(options);
    return [chosen](const command_line& words) { return lock_and_execute(*chosen, words); };
}

}  // namespace

const command lock_command{
    .name = "lock",
    .synopsis = "NAME [OPTION...] -- COMMAND [ARGUMENT...]",
    .summary = "execute a command while owning a mutex",
    .description =
        "Waits for the mutex NAME, executes COMMAND, and unlocks the mutex when it ends. A mutex that does "
        "not exist is made. If the last owner died while it owned the mutex, a message says who: what the "
        "mutex guards may be half changed.\n\n"
        "Everything else is as with `run`.",
    .executes = true,
    .declare = declare};

}  // namespace signalbox::tool
