// `signalbox collect`: removes the objects that no living process uses.
#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/core.h>

#include "command.hpp"
#include "failure.hpp"
#include "linux/processes.hpp"
#include "objects.hpp"

namespace signalbox::tool {
namespace {

bool is_unused(const process::object_info& object)
{
    return std::none_of(object.users.begin(), object.users.end(),
                        [](const process::user_info& each) { return each.is_alive; });
}

// Asks whether all these shall go; only "y" and "yes" mean so.
bool is_agreed()
{
    std::string names;
    std::size_t count = 0;
    for (const auto& each : process::list()) {
        if (is_unused(each)) {
            names += " " + each.name;
            ++count;
        }
    }
    if (count == 0) {
        return false;
    }
    fmt::print(stderr, "no living process uses:{}\nremove {}? [y/N] ", names, count == 1 ? "it" : "them");
    char answer[8] = {};
    if (std::fgets(answer, sizeof answer, stdin) == nullptr) {
        return false;
    }
    const std::string text = answer;
    return text == "y\n" || text == "yes\n";
}

int collect(bool is_sure)
{
    if (!is_sure && !is_asked_at_terminal()) {
        throw failure{usage, "nobody can be asked here; --yes removes what no living process uses"};
    }
    if (!is_sure && !is_agreed()) {
        return done;
    }
    std::string text;
    for (const std::string& each : process::collect()) {
        text += each + "\n";
    }
    print(text);
    return done;
}

action declare(option_list& options)
{
    const auto is_sure = std::make_shared<bool>(false);
    options.flag("-y,--yes", "don't ask", *is_sure);
    return [is_sure](const command_line&) { return collect(*is_sure); };
}

}  // namespace

const command collect_command{
    .name = "collect",
    .synopsis = "[--yes]",
    .summary = "remove objects that no living process uses",
    .description =
        "Names the objects whose users are all gone, asks, and removes them with all that is left in them: "
        "permits that are out, an event that is set. Writes the names of those that it has removed.\n\n"
        "A semaphore between two scripts that run now and then has no user in between: don't collect those.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
