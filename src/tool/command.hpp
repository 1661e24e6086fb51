// A subcommand of `signalbox`: what it is called, what it takes, what it does.
//
// Because      Help, manual and completions are made of the same description that the arguments are parsed
//              by: none of them can fall behind.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace signalbox::tool {

enum class taking { flag, value, positional, rest };

/// One option or positional argument, and where its text goes.
struct option {
    taking how = taking::value;
    std::string names;        // "-n,--capacity", or the name of a positional argument
    std::string placeholder;  // what stands for its value
    std::string help;
    bool is_required = false;
    std::string* text = nullptr;
    bool* flag = nullptr;
    std::vector<std::string>* texts = nullptr;
};

/// Everything that a subcommand takes, in the order in which help shows it.
class option_list {
public:
    void positional(const std::string& name, std::string help, std::string& into, bool is_required = true);
    void rest(const std::string& name, std::string help, std::vector<std::string>& into);
    void value(std::string names, std::string placeholder, std::string help, std::string& into);
    void flag(std::string names, std::string help, bool& into);

    [[nodiscard]] const std::vector<option>& all() const noexcept { return all_; }

private:
    std::vector<option> all_;
};

/// What stands behind `--`, and is to be executed.
using command_line = std::vector<std::string>;
/// What a subcommand does once its options are parsed; returns the exit code.
using action = std::function<int(const command_line&)>;

struct command {
    const char* name;
    const char* synopsis;     // behind its name
    const char* summary;      // one line
    const char* description;  // paragraphs, with a blank line between two
    bool executes;            // whether it takes `-- COMMAND [ARGUMENT...]`
    action (*declare)(option_list& options);
};

/// All subcommands, in the order in which help shows them.
const std::vector<const command*>& all_commands();
/// The one of that name, or null.
const command* find_command(const std::string& name);

/// Parses the arguments behind the subcommand's name. Errors: failure (usage).
/// Returns  Whether the subcommand is to be done; false: help was asked for, and is printed.
bool parse(const command& which, const option_list& options, std::vector<std::string> arguments,
           command_line& behind);

/// Writes to standard output. Errors: failure (internal) if that can't be written.
void print(const std::string& text);

extern const command run_command, lock_command, wrap_command, wait_command, signal_command, create_command,
    resize_command, close_command, rm_command, ls_command, collect_command, show_command, top_command,
    why_command, help_command, completion_command;

}  // namespace signalbox::tool
