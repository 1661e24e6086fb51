// `signalbox show`: who holds an object, and who waits for it.
#include <memory>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "text.hpp"
#include "views.hpp"

namespace signalbox::tool {
namespace {

using json = nlohmann::ordered_json;

struct show_options {
    std::string name;
    bool is_json = false;
};

double seconds(std::chrono::nanoseconds span)
{
    return std::chrono::duration<double>{span}.count();
}

json json_of(const party& who, const char* time)
{
    return {{"pid", who.pid},          {"permits", who.permits}, {"user", who.process.user},
            {"label", who.label},      {"command", who.command}, {"alive", who.process.is_there},
            {time, seconds(who.since)}};
}

json json_of(const object_view& view)
{
    json all{{"name", view.name},
             {"kind", name_of(view.kind)},
             {"file", object_folder() + "/signalbox." + view.name},
             {"closed", view.is_closed},
             {"set", view.is_set},
             {"capacity", view.capacity},
             {"free", view.free},
             {"held", view.held()},
             {"out", view.out},
             {"holders", json::array()},
             {"waiters", json::array()}};
    for (const party& each : view.holders) {
        json holder = json_of(each, "using_seconds");
        holder["held_seconds"] = each.held_at_least ? json(seconds(*each.held_at_least)) : json(nullptr);
        all["holders"].push_back(std::move(holder));
    }
    for (const party& each : view.waiters) {
        all["waiters"].push_back(json_of(each, "waiting_seconds"));
    }
    return all;
}

std::string row_of(const party& who, const char* verb, const char* red, const char* plain)
{
    return fmt::format("{:<6} {:>8} {:>8} {:<10} {:>9}  {}{}\n", verb, who.permits, who.pid,
                       who.process.is_there ? who.process.user : "-", who.duration(),
                       who.process.is_there ? who.command : red + who.fate() + plain,
                       who.label.empty() || who.label == who.command ? "" : "  [" + who.label + "]");
}

std::string summary_of(const object_view& view)
{
    const std::string kind = name_of(view.kind);
    if (view.kind == process::kind::semaphore) {
        return fmt::format("{}, {} of {} free, {} held, {} out", kind, view.free, view.capacity, view.held(),
                           view.out);
    }
    if (view.kind == process::kind::event) {
        return kind + (view.is_set ? ", set" : ", not set");
    }
    return kind + (view.free > 0 ? ", free" : ", locked");
}

std::string text_of(const object_view& view)
{
    const bool is_coloured = wants_colours();
    const char* const bold = is_coloured ? "\x1b[1m" : "";
    const char* const red = is_coloured ? "\x1b[31m" : "";
    const char* const plain = is_coloured ? "\x1b[0m" : "";
    const char* const closed = view.kind == process::kind::semaphore ? ", closed" : ", poisoned";
    std::string text = fmt::format("{}{}{}: {}, {} waiting{}\n", bold, view.name, plain, summary_of(view),
                                   view.waiters.size(), view.is_closed ? closed : "");
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
    options.positional("NAME", "a semaphore, mutex or event", chosen->name);
    options.flag("--json", "as JSON", chosen->is_json);
    return [chosen](const command_line&) {
        const object_view view = look_at(open_any(chosen->name, ""));
        print(chosen->is_json ? json_of(view).dump(2, ' ', false, json::error_handler_t::replace) + "\n"
                              : text_of(view));
        return 0;
    };
}

}  // namespace

const command show_command{
    .name = "show",
    .synopsis = "NAME [--json]",
    .summary = "who holds an object, and who waits for it",
    .description =
        "Shows what is free, held and out, then a line for each process that holds permits and for each that "
        "waits, in the order of the queue: how many permits, its pid, user, command and label, and how long "
        "it has waited, or held: longer than that (>), as those who wait have seen, or, if nobody has waited "
        "for what it holds, for less time than it has used the object (<). Of a process that is gone and "
        "whose children still hold, the line says so.\n\n"
        "Out is what `wait` took and `signal` may give back: nobody holds it.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
