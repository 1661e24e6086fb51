// `signalbox run`: executes a command while holding permits of a semaphore, which it makes if need be.
#include <memory>

#include <fmt/core.h>

#include "job.hpp"
#include "units.hpp"

namespace signalbox::tool {
namespace {

struct run_options {
    std::string name;
    permits_options permits;
    job_options job;
};

// A capacity that is not the one that was asked for is no reason to stop: somebody may have resized it.
void check_capacity(const process::semaphore& object, std::ptrdiff_t wanted, std::ptrdiff_t weight)
{
    const std::ptrdiff_t capacity = object.capacity();
    if (wanted >= 0 && capacity != wanted) {
        report(fmt::format("'{0}' has a capacity of {1}, not {2}, and keeps it; `signalbox resize {0} {2}` "
                           "changes it",
                           object.name(), capacity, wanted));
    }
    if (weight > capacity) {
        throw failure{usage, fmt::format("--weight {1} is more than the capacity of '{0}', {2}; `signalbox "
                                         "resize {0} {1}` changes it",
                                         object.name(), weight, capacity)};
    }
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<run_options>();
    options.positional("NAME", "the semaphore", chosen->name);
    chosen->permits.declare(options);
    chosen->job.declare(options);
    return [chosen](const command_line& words) {
        return run_with_permits(chosen->name, chosen->permits, chosen->job, words);
    };
}

}  // namespace

int run_with_permits(const std::string& name, const permits_options& permits, const job_options& job,
                     const command_line& words)
{
    const child_plan plan = job.plan(words);
    const limit until = job.until();
    const std::ptrdiff_t weight = number_of(permits.weight, "--weight", 1, process::semaphore::max());
    const std::ptrdiff_t wanted =
        permits.capacity.empty() ? -1 : size_of(permits.capacity, "--capacity", processor_count());
    if (wanted == 0) {
        throw failure{usage, "--capacity: '0' would let nobody in"};
    }
    try {
        auto object = process::semaphore::open_or_create(
            name, {.capacity = wanted > 0 ? wanted : std::max<std::ptrdiff_t>(1, weight),
                   .label = job.label_for(words)});
        check_capacity(object, wanted, weight);
        permit<process::semaphore> held{object, weight, until};
        if (!held) {
            throw object.is_closed()
                ? failure{unavailable, fmt::format("'{0}' is closed; `signalbox rm {0}` removes it", name)}
                : job.conflict(name);
        }
        const child_ending ending = execute_holding(object, plan, name, weight);
        held.release();
        report_ending(name, job, ending);
        return leave_as(ending);
    } catch (const std::system_error& error) {
        throw failure_of(error, name, cannot_create);
    }
}

const command run_command{
    .name = "run",
    .synopsis = "NAME [OPTION...] -- COMMAND [ARGUMENT...]",
    .summary = "execute a command while holding permits of a semaphore",
    .description =
        "Waits for permits of the semaphore NAME, executes COMMAND, and gives the permits back when it ends. "
        "A semaphore that does not exist is made. If it has another capacity than --capacity says, it keeps "
        "it, and a message says so.\n\n"
        "The command is executed directly, without a shell, with this terminal and these open files; its "
        "exit code is the exit code of `run`, and 128 + N if signal N killed it. Signals are passed on; "
        "Ctrl-C, Ctrl-Z and `fg` do what they do without `run`. In its environment SIGNALBOX_NAME and "
        "SIGNALBOX_PERMITS say what is held.\n\n"
        "The permits are held by `run` and the command together: if `run` is killed, they are given back "
        "when the command has ended, and all of its descendants that have inherited the descriptor. If `run` "
        "lives, they are given back when the command itself has ended.",
    .executes = true,
    .declare = declare};

}  // namespace signalbox::tool
