// The arguments of a subcommand, parsed by CLI11.
//
// Because      A subcommand is parsed alone: building the parsers of all of them would take longer than most
//              of them do.
#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "command.hpp"
#include "failure.hpp"
#include "help.hpp"

namespace signalbox::tool {
namespace {

void add(CLI::App& app, const option& each)
{
    if (each.how == taking::flag) {
        app.add_flag(each.names, *each.flag);
    } else if (each.how == taking::rest) {
        app.add_option(each.names, *each.texts)->type_name("")->required(each.is_required);
    } else {
        app.add_option(each.names, *each.text)->type_name("")->required(each.is_required);
    }
}

}  // namespace

void option_list::positional(const std::string& name, std::string help, std::string& into, bool is_required)
{
    all_.push_back({taking::positional, name, name, std::move(help), is_required, &into, nullptr, nullptr});
}

void option_list::rest(const std::string& name, std::string help, std::vector<std::string>& into)
{
    all_.push_back({taking::rest, name, name, std::move(help), true, nullptr, nullptr, &into});
}

void option_list::value(std::string names, std::string placeholder, std::string help, std::string& into)
{
    all_.push_back({taking::value, std::move(names), std::move(placeholder), std::move(help), false, &into,
                    nullptr, nullptr});
}

void option_list::flag(std::string names, std::string help, bool& into)
{
    all_.push_back({taking::flag, std::move(names), "", std::move(help), false, nullptr, &into, nullptr});
}

bool parse(const command& which, const option_list& options, std::vector<std::string> arguments,
           command_line& behind)
{
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    const bool has_dashes = dashes != arguments.end();
    if (which.executes && has_dashes) {
        behind.assign(dashes + 1, arguments.end());
        arguments.erase(dashes, arguments.end());
    }
    CLI::App app{"", std::string{"signalbox "} + which.name};
    for (const option& each : options.all()) {
        add(app, each);
    }
    try {
        std::reverse(arguments.begin(), arguments.end());
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        print(help_of(which));
        return false;
    } catch (const CLI::ExtrasError& error) {
        throw failure{
            usage,
            fmt::format("{}{}\nTry 'signalbox {} --help'.", error.what(),
                        which.executes && !has_dashes ? "; the command to execute stands behind `--`" : "",
                        which.name)};
    } catch (const CLI::ParseError& error) {
        throw failure{usage, fmt::format("{}\nTry 'signalbox {} --help'.", error.what(), which.name)};
    }
    if (which.executes && behind.empty()) {
        throw failure{
            usage, fmt::format("no command to execute: say `signalbox {} {}`", which.name, which.synopsis)};
    }
    return true;
}

void print(const std::string& text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
        throw failure{internal, "standard output can't be written"};
    }
}

}  // namespace signalbox::tool
