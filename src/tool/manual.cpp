// The manual page, and `signalbox help`: made of the subcommands' descriptions.
//
// Checked by   tests/tool/manual_test.py
#include <memory>

#include <fmt/core.h>
#include <signalbox/config.hpp>

#include "failure.hpp"
#include "help.hpp"

namespace signalbox::tool {
namespace {

struct help_options {
    std::string name;
    bool is_roff = false;
};

// Text as roff shows it unchanged: no request at the beginning of a line, and hyphens that can be copied.
std::string roff(const std::string& text)
{
    std::string escaped;
    bool is_code = false;
    bool is_line_start = true;
    for (const char each : text) {
        if (is_line_start && (each == '.' || each == '\'')) {
            escaped += "\\&";
        }
        is_line_start = each == '\n';
        if (each == '`') {
            is_code = !is_code;
            escaped += is_code ? "\\fB" : "\\fR";
        } else if (each == '-') {
            escaped += "\\-";
        } else if (each == '\\') {
            escaped += "\\e";
        } else {
            escaped += each;
        }
    }
    return escaped;
}

std::string paragraphs(const std::string& text)
{
    std::string all = roff(text);
    for (std::size_t at = 0; (at = all.find("\n\n", at)) != std::string::npos;) {
        all.replace(at, 2, "\n.PP\n");
    }
    return all + "\n";
}

std::string section_of(const command& which)
{
    option_list options;
    static_cast<void>(which.declare(options));
    std::string text = fmt::format(".SS \"signalbox {} {}\"\n{}", which.name, roff(which.synopsis),
                                   paragraphs(which.description));
    for (const option& each : options.all()) {
        text += fmt::format(".TP\n.B {}\n{}\n", roff(form_of(each)), roff(each.help));
    }
    return text;
}

std::string manual()
{
    std::string text = fmt::format(
        ".\\\" Made by `signalbox help --roff`.\n.TH SIGNALBOX 1 \"\" \"signalbox {}\" \"User Commands\"\n"
        ".SH NAME\nsignalbox \\- semaphores and mutexes for the shell, and the view of who holds what\n"
        ".SH SYNOPSIS\n.B signalbox\n.I SUBCOMMAND\n\\&...\n.SH DESCRIPTION\n{}.SH COMMANDS\n",
        SIGNALBOX_VERSION_STRING,
        paragraphs(
            "Limits how many commands run at the same time, lets scripts signal each other, and shows who "
            "holds what and who waits. A permit comes back when its holder dies, whatever kills it.\n\n"
            "A name is made of 1 to 64 of A-Z a-z 0-9 . _ - and stands for a file in /dev/shm, or in the "
            "folder that SIGNALBOX_DIR names."));
    for (const command* each : all_commands()) {
        text += section_of(*each);
    }
    text += ".SH EXIT STATUS\n";
    for (const exit_meaning& each : exit_meanings()) {
        text += fmt::format(".TP\n.B {}\n{}\n", each.code, roff(each.meaning));
    }
    text += ".SH ENVIRONMENT\n";
    for (const auto& [name, meaning] :
         {std::pair{"SIGNALBOX_DIR", "the folder of the objects, instead of /dev/shm"},
          std::pair{"SIGNALBOX_NAME, SIGNALBOX_PERMITS",
                    "what a command under `run`, `lock` or `wrap` holds"},
          std::pair{"NO_COLOR", "if it is not empty: no colours, also on a terminal"}}) {
        text += fmt::format(".TP\n.B {}\n{}\n", name, roff(meaning));
    }
    return text + ".SH SEE ALSO\n.BR flock (1),\n.BR sem (1),\n.BR lslocks (8)\n";
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<help_options>();
    options.positional("SUBCOMMAND", "what to describe; the default is all, a line each", chosen->name,
                       false);
    options.flag("--roff", "the whole manual page, as man(1) reads it", chosen->is_roff);
    return [chosen](const command_line&) {
        if (chosen->is_roff) {
            print(manual());
            return 0;
        }
        if (chosen->name.empty()) {
            print(help_of_all());
            return 0;
        }
        const command* const which = find_command(chosen->name);
        if (which == nullptr) {
            throw failure{usage,
                          fmt::format("there is no subcommand '{}'\nTry 'signalbox --help'.", chosen->name)};
        }
        print(help_of(*which));
        return 0;
    };
}

}  // namespace

const command help_command{.name = "help",
                           .synopsis = "[SUBCOMMAND] [--roff]",
                           .summary = "describe a subcommand",
                           .description =
                               "Describes a subcommand, its options and exit codes, as the manual page does.",
                           .executes = false,
                           .declare = declare};

}  // namespace signalbox::tool
