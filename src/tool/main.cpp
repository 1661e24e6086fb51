// The command `signalbox`: finds the subcommand, lets it parse its arguments, and does it.
//
// Checked by   tests/tool
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <signalbox/config.hpp>

#include "command.hpp"
#include "failure.hpp"
#include "help.hpp"

namespace signalbox::tool {

const std::vector<const command*>& all_commands()
{
    static const std::vector<const command*> all{
        &run_command,    &lock_command,    &wrap_command,   &wait_command,
        &signal_command, &create_command,  &resize_command, &close_command,
        &rm_command,     &ls_command,      &show_command,   &top_command,
        &why_command,    &collect_command, &help_command,   &completion_command,
    };
    return all;
}

const command* find_command(const std::string& name)
{
    const auto& all = all_commands();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const command* each) { return name == each->name; });
    return found != all.end() ? *found : nullptr;
}

namespace {

int dispatch(std::vector<std::string> arguments)
{
    if (arguments.empty()) {
        throw failure{usage, "no subcommand\nTry 'signalbox --help'."};
    }
    const std::string name = arguments.front();
    if (name == "--help" || name == "-h") {
        print(help_of_all());
        return done;
    }
    if (name == "--version") {
        print(fmt::format("signalbox {}\n", SIGNALBOX_VERSION_STRING));
        return done;
    }
    const command* const which = find_command(name);
    if (which == nullptr) {
        throw failure{usage, fmt::format("there is no subcommand '{}'\nTry 'signalbox --help'.", name)};
    }
    arguments.erase(arguments.begin());
    option_list options;
    const action act = which->declare(options);
    command_line behind;
    return parse(*which, options, std::move(arguments), behind) ? act(behind) : done;
}

}  // namespace
}  // namespace signalbox::tool

int main(int argc, char** argv)
{
    using namespace signalbox::tool;
    try {
        return dispatch({argv + (argc > 0 ? 1 : 0), argv + argc});
    } catch (const failure& error) {
        if (*error.what() != '\0') {
            report(error.what());
        }
        return error.code();
    } catch (const std::system_error& error) {
        const failure said = failure_of(error, "", internal);
        report(said.what());
        return said.code();
    } catch (const std::exception& error) {
        report(error.what());
        return internal;
    }
}
