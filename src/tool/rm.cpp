// `signalbox rm`: removes objects that nobody holds or waits for; with --force any.
#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "command.hpp"
#include "failure.hpp"
#include "objects.hpp"

namespace signalbox::tool {
namespace {

struct rm_options {
    std::vector<std::string> names;
    bool is_forced = false;
};

void check_unused(const std::string& name)
{
    const any_object object = open_any(name, "signalbox rm");
    std::visit(
        [&](const auto& it) {
            std::size_t holders = 0;
            if constexpr (requires { it.holders(); }) {
                holders = it.holders().size();
            }
            const std::size_t waiters = it.waiters().size();
            if (holders + waiters > 0) {
                throw failure{
                    not_obtained,
                    fmt::format("'{0}' is in use: {1} hold it, {2} wait for it; `signalbox show {0}` "
                                "says who, --force removes it all the same",
                                name, holders, waiters)};
            }
        },
        object);
}

// Removes what can be removed; the last failure decides the exit code.
int remove_all(const rm_options& chosen)
{
    int code = done;
    for (const std::string& name : chosen.names) {
        try {
            if (!chosen.is_forced) {
                check_unused(name);
            }
            remove_any(name);
        } catch (const failure& error) {
            report(error.what());
            code = error.code();
        }
    }
    return code;
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<rm_options>();
    options.rest("NAME", "semaphores, mutexes, events", chosen->names);
    options.flag("--force", "remove it also if it is in use, and say nothing if it does not exist",
                 chosen->is_forced);
    return [chosen](const command_line&) { return remove_all(*chosen); };
}

}  // namespace

const command rm_command{
    .name = "rm",
    .synopsis = "NAME... [--force]",
    .summary = "remove semaphores, mutexes and events",
    .description =
        "Removes semaphores, mutexes and events that nobody holds or waits for. With --force also those: "
        "commands that run go on, whoever waits gets exit code 69. If one of several can't be "
        "removed, the others are all the same.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
