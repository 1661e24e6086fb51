// Help, made of the subcommands' descriptions.
#include "help.hpp"

#include <fmt/core.h>
#include <signalbox/config.hpp>

namespace signalbox::tool {
namespace {

constexpr std::size_t width = 80;

// The text in lines of at most 80 columns; all but the first line are indented.
std::string folded(const std::string& text, std::size_t column, std::size_t indent)
{
    std::string lines;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t blank = text.find_first_of(" \n", at);
        const std::size_t end = blank == std::string::npos ? text.size() : blank;
        if (column > indent && column + 1 + end - at > width) {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!lines.empty() && lines.back() != '\n' && column > indent) {
            lines += ' ';
            ++column;
        }
        lines += text.substr(at, end - at);
        column += end - at;
        at = end + 1;
        if (end < text.size() && text[end] == '\n') {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
        }
    }
    return lines + "\n";
}

std::string row(const std::string& left, const std::string& right, std::size_t column)
{
    std::string line = "  " + left;
    if (line.size() + 2 > column) {
        line += "\n";
        line += std::string(column, ' ');
    } else {
        line += std::string(column - line.size(), ' ');
    }
    return line + folded(right, column, column);
}

std::string exit_codes()
{
    std::string text = "\nExit codes:\n";
    for (const exit_meaning& each : exit_meanings()) {
        text += row(each.code, each.meaning, 12);
    }
    return text;
}

}  // namespace

const std::vector<exit_meaning>& exit_meanings()
{
    static const std::vector<exit_meaning> all{
        {"0", "done; of `run`, `lock` and `wrap`: what the command said"},
        {"64", "the call is wrong"},
        {"66", "there is no such object, or it is of another kind"},
        {"69", "not available: it is closed, or was removed meanwhile"},
        {"70", "internal error"},
        {"73", "the object can't be created"},
        {"75", "not obtained in time or at once (--conflict-exit changes it)"},
        {"77", "no permission"},
        {"126", "the command can't be executed"},
        {"127", "there is no such command"},
        {"128+N", "the command was killed by signal N"},
    };
    return all;
}

std::string form_of(const option& which)
{
    std::string form = which.names;
    if (const std::size_t comma = form.find(','); comma != std::string::npos) {
        form.insert(comma + 1, " ");
    }
    return which.how == taking::value ? form + " " + which.placeholder : form;
}

std::string help_of_all()
{
    std::string text = "Semaphores and mutexes for the shell, and the view of who holds what.\n\n"
                       "Usage: signalbox COMMAND ...\n\nCommands:\n";
    for (const command* each : all_commands()) {
        text += row(each->name, each->summary, 14);
    }
    text +=
        "\n" +
        folded("`signalbox COMMAND --help` or `signalbox help COMMAND` describes one of them; "
               "`signalbox --version` says which version "
               "this is. A name is made of 1 to 64 of A-Z a-z 0-9 . _ - and stands for a file in /dev/shm, "
               "or in the folder that SIGNALBOX_DIR names.",
               0, 0);
    return text + exit_codes();
}

std::string help_of(const command& which)
{
    option_list options;
    static_cast<void>(which.declare(options));
    std::string text = fmt::format("Usage: signalbox {} {}\n\n", which.name, which.synopsis);
    text += folded(which.description, 0, 0) + "\n";
    for (const bool is_argument : {true, false}) {
        std::string rows;
        for (const option& each : options.all()) {
            if (is_argument == (each.how == taking::positional || each.how == taking::rest)) {
                rows += row(form_of(each), each.help, 26);
            }
        }
        if (!is_argument) {
            rows += row("-h, --help", "shows this", 26);
        }
        text += rows.empty() ? "" : fmt::format("{}:\n{}", is_argument ? "Arguments" : "Options", rows);
    }
    return text + exit_codes();
}

}  // namespace signalbox::tool
