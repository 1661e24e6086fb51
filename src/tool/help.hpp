// What `--help` shows.
#pragma once

#include <string>

#include "command.hpp"

namespace signalbox::tool {

/// All subcommands, a line each, and the exit codes.
std::string help_of_all();
/// One subcommand: its synopsis, description, options and the exit codes.
std::string help_of(const command& which);

/// Exit codes and what they say, a line each.
struct exit_meaning {
    const char* code;
    const char* meaning;
};
const std::vector<exit_meaning>& exit_meanings();

/// An option as it is written: "-n, --capacity SIZE".
std::string form_of(const option& which);

}  // namespace signalbox::tool
