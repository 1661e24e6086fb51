// `signalbox wait` and `signalbox signal`: permits that nobody owns, as between producer and consumer.
#include <memory>

#include <fmt/core.h>

#include "job.hpp"
#include "units.hpp"

namespace signalbox::tool {
namespace {

struct counting_options {
    std::string name;
    std::string count = "1";
    wait_options wait;

    [[nodiscard]] std::ptrdiff_t number() const
    {
        return number_of(count, "N", 1, process::semaphore::max());
    }
};

int wait_for(const counting_options& chosen)
{
    const limit until = chosen.wait.until();
    const std::ptrdiff_t count = chosen.number();
    try {
        auto object = process::semaphore::open(chosen.name, "signalbox wait");
        if (count > object.capacity()) {
            throw failure{usage,
                          fmt::format("{1} permits are more than the capacity of '{0}', {2}; `signalbox "
                                      "resize {0} {1}` changes it",
                                      chosen.name, count, object.capacity())};
        }
        const outcome ended = object.acquire(count, until);
        if (ended == outcome::closed) {
            throw failure{unavailable,
                          fmt::format("'{0}' is closed; `signalbox rm {0}` removes it", chosen.name)};
        }
        if (ended != outcome::acquired) {
            const std::string when = chosen.wait.is_try ? "at once" : "within " + chosen.wait.timeout;
            throw failure{not_obtained,
                          fmt::format("'{0}' was not signalled {1}; `signalbox show {0}` says what "
                                      "is free",
                                      chosen.name, when)};
        }
        return done;
    } catch (const std::system_error& error) {
        throw failure_of(error, chosen.name, internal);
    }
}

int send_signal(const counting_options& chosen)
{
    const std::ptrdiff_t count = chosen.number();
    try {
        auto object = process::semaphore::open(chosen.name, "signalbox signal");
        object.release(count);
        return done;
    } catch (const std::system_error& error) {
        if (error.code() == std::make_error_condition(std::errc::value_too_large)) {
            throw failure{usage,
                          fmt::format("'{0}' can't take {1} more: fewer are out; `signalbox show {0}` says "
                                      "how many, `signalbox resize` changes its capacity",
                                      chosen.name, count)};
        }
        throw failure_of(error, chosen.name, internal);
    }
}

action declare_wait(option_list& options)
{
    const auto chosen = std::make_shared<counting_options>();
    options.positional("NAME", "the semaphore", chosen->name);
    options.positional("N", "how many permits; the default is 1", chosen->count, false);
    chosen->wait.declare(options);
    return [chosen](const command_line&) { return wait_for(*chosen); };
}

action declare_signal(option_list& options)
{
    const auto chosen = std::make_shared<counting_options>();
    options.positional("NAME", "the semaphore", chosen->name);
    options.positional("N", "how many permits; the default is 1", chosen->count, false);
    return [chosen](const command_line&) { return send_signal(*chosen); };
}

}  // namespace

const command wait_command{
    .name = "wait",
    .synopsis = "NAME [N] [--timeout DURATION | --try]",
    .summary = "take permits that nobody owns afterwards",
    .description =
        "Waits until N permits of the semaphore NAME are free, and takes them all at once. They are out: no "
        "process holds them, and they don't come back by themselves. `signalbox signal` gives them back, "
        "from any process.\n\n"
        "To let scripts wait for each other, make a semaphore without free permits: `signalbox create ready "
        "-n 1000 --initial 0`; one script says `signalbox signal ready`, the other `signalbox wait ready`.",
    .executes = false,
    .declare = declare_wait};

const command signal_command{
    .name = "signal",
    .synopsis = "NAME [N]",
    .summary = "give back permits that nobody owns",
    .description =
        "Gives N permits to the semaphore NAME, and wakes who waits for them. It can't become more than the "
        "capacity, and permits that a process holds can't be given back by another one.",
    .executes = false,
    .declare = declare_signal};

}  // namespace signalbox::tool
