// `signalbox show`: who holds an object, and who waits for it.
#include <memory>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "views.hpp"

namespace signalbox::tool {
namespace {

using json = nlohmann::ordered_json;

struct show_options {
    std::string name;
    bool is_json = false;
};

json json_of(const party& who, const char* time)
{
    return {{"pid", who.pid},
            {"permits", who.permits},
            {"user", who.process.user},
            {"label", who.label},
            {"command", who.command},
            {"alive", who.process.is_there},
            {time, std::chrono::duration<double>{who.since}.count()}};
}

json json_of(const object_view& view)
{
    json all{{"name", view.name},
             {"kind", view.is_mutex ? "mutex" : "semaphore"},
             {"file", object_folder() + "/signalbox." + view.name},
             {"closed", view.is_closed},
             {"capacity", view.capacity},
             {"free", view.free},
             {"held", view.held()},
             {"out", view.out},
             {"holders", json::array()},
             {"waiters", json::array()}};
    for (const party& each : view.holders) {
        all["holders"].push_back(json_of(each, "using_seconds"));
    }
    for (const party& each : view.waiters) {
        all["waiters"].push_back(json_of(each, "waiting_seconds"));
    }
    return all;
}

std::string row_of(const party& who, const char* verb, const char* red, const char* plain)
{
    return fmt::format("{:<6} {:>8} {:>8} {:<10} {:>9}  {}{}\n", verb, who.permits, who.pid,
                       who.process.is_there ? who.process.user : "-", spoken(who.since),
                       who.process.is_there ? who.command
                                            : fmt::format("{}gone; its children hold on{}", red, plain),
                       who.label.empty() || who.label == who.command ? "" : "  [" + who.label + "]");
}

std::string text_of(const object_view& view)
{
    const bool is_coloured = wants_colours();
    const char* const bold = is_coloured ? "\x1b[1m" : "";
    const char* const red = is_coloured ? "\x1b[31m" : "";
    const char* const plain = is_coloured ? "\x1b[0m" : "";
    std::string text =
        fmt::format("{}{}{}: {}", bold, view.name, plain,
                    view.is_mutex ? (view.free > 0 ? "mutex, free" : "mutex, locked")
                                  : fmt::format("semaphore, {} of {} free, {} held, {} out", view.free,
                                                view.capacity, view.held(), view.out));
    text += fmt::format(", {} waiting{}\n", view.waiters.size(),
                        !view.is_closed ? "" : (view.is_mutex ? ", poisoned" : ", closed"));
    if (!view.holders.empty() || !view.waiters.empty()) {
        text += fmt::format("{}{:<6} {:>8} {:>8} {:<10} {:>9}  {}{}\n", bold, "", "PERMITS", "PID", "USER",
                            "SINCE", "COMMAND [LABEL]", plain);
    }
    for (const party& each : view.holders) {
        text += row_of(each, "holds", red, plain);
    }
    for (const party& each : view.waiters) {
        text += row_of(each, "waits", red, plain);
    }
    return text;
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<show_options>();
    options.positional("NAME", "a semaphore or a mutex", chosen->name);
    options.flag("--json", "as JSON", chosen->is_json);
    return [chosen](const command_line&) {
        const object_view view = look_at(open_any(chosen->name, ""));
        print(chosen->is_json ? json_of(view).dump(2) + "\n" : text_of(view));
        return 0;
    };
}

}  // namespace

const command show_command{
    .name = "show",
    .synopsis = "NAME [--json]",
    .summary = "who holds a semaphore or mutex, and who waits for it",
    .description =
        "Shows what is free, held and out, then a line for each process that holds permits and for each that "
        "waits, in the order of the queue: how many permits, its pid, user, command and label, and since "
        "when it has used the object, or waited. Of a process that is gone and whose children still hold, "
        "the line says so.\n\n"
        "Out is what `wait` took and `signal` may give back: nobody holds it.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
