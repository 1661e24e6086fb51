// `signalbox resize` and `signalbox close`: what can be changed of a semaphore in use.
#include <memory>

#include "command.hpp"
#include "failure.hpp"
#include "linux/child.hpp"
#include "objects.hpp"
#include "units.hpp"

namespace signalbox::tool {
namespace {

struct change_options {
    std::string name;
    std::string capacity;
};

int resize(const change_options& chosen)
{
    const std::ptrdiff_t capacity = size_of(chosen.capacity, "CAPACITY", processor_count());
    auto object = open_semaphore(chosen.name, "signalbox resize");
    object.resize(capacity);
    return done;
}

int close(const change_options& chosen)
{
    open_semaphore(chosen.name, "signalbox close").close();
    return done;
}

action declare_resize(option_list& options)
{
    const auto chosen = std::make_shared<change_options>();
    options.positional("NAME", "the semaphore", chosen->name);
    options.positional("CAPACITY", "4, 50% of the processors, or +1 (one more)", chosen->capacity);
    return [chosen](const command_line&) { return resize(*chosen); };
}

action declare_close(option_list& options)
{
    const auto chosen = std::make_shared<change_options>();
    options.positional("NAME", "the semaphore", chosen->name);
    return [chosen](const command_line&) { return close(*chosen); };
}

}  // namespace

const command resize_command{
    .name = "resize",
    .synopsis = "NAME CAPACITY",
    .summary = "change the capacity of a semaphore",
    .description =
        "Who waits is let in at once if there is room now. Of a capacity that shrinks below what is "
        "held nothing is taken away: nobody is let in until enough permits have come back.",
    .executes = false,
    .declare = declare_resize};

const command close_command{
    .name = "close",
    .synopsis = "NAME",
    .summary = "end every wait for a semaphore, now and later",
    .description = "Whoever waits for it, or asks for it later, gets exit code 69; commands that run go on. "
                   "`signalbox rm` removes it.",
    .executes = false,
    .declare = declare_close};

}  // namespace signalbox::tool
