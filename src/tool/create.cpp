// `signalbox create`: makes a semaphore.
#include <memory>

#include <fmt/core.h>
#include <signalbox/process/semaphore.hpp>

#include "command.hpp"
#include "failure.hpp"
#include "linux/child.hpp"
#include "units.hpp"

namespace signalbox::tool {
namespace {

struct create_options {
    std::string name;
    std::string capacity;
    std::string initial;
    std::string mode = "0600";
};

int create(const create_options& chosen)
{
    if (chosen.capacity.empty()) {
        throw failure{usage, "--capacity is missing\nTry 'signalbox create --help'."};
    }
    process::semaphore_options how;
    how.capacity = size_of(chosen.capacity, "--capacity", processor_count());
    how.mode = mode_of(chosen.mode, "--mode");
    how.label = "signalbox create";
    if (!chosen.initial.empty()) {
        how.initial = number_of(chosen.initial, "--initial", 0, how.capacity);
    }
    try {
        static_cast<void>(process::semaphore::create(chosen.name, how));
        return done;
    } catch (const std::system_error& error) {
        throw failure_of(error, chosen.name, cannot_create);
    }
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<create_options>();
    options.positional("NAME", "the new semaphore", chosen->name);
    options.value("-n,--capacity", "SIZE",
                  "how many permits there are: 4, 50% of the processors, or +1 (one more)", chosen->capacity);
    options.value("--initial", "K", "how many of them are free at first; the default is all",
                  chosen->initial);
    options.value("--mode", "MODE", "permission of its file; the default is 0600, this user alone",
                  chosen->mode);
    return [chosen](const command_line&) { return create(*chosen); };
}

}  // namespace

const command create_command{
    .name = "create",
    .synopsis = "NAME -n SIZE [--initial K] [--mode MODE]",
    .summary = "make a semaphore",
    .description =
        "Makes the semaphore NAME; it is an error if there is one. `run` and `lock` make what they "
        "need by themselves: this is for a semaphore with an own beginning or permission.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
