// What can be said of other processes, of this one's terminal, and of paths.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace signalbox::tool {

struct process_view {
    bool is_there = false;  // it lives, and is no other that got the same number later
    std::string command;    // with its arguments; empty if that can't be read
    std::string user;
};

/// `start_time`: as the object has noted it; 0: any.
process_view look_at(std::int32_t pid, std::uint64_t start_time);

/// The process, its parent, and so on to the first.
std::vector<std::int32_t> ancestry(std::int32_t pid);

/// Now, on CLOCK_BOOTTIME, as objects note times.
std::chrono::nanoseconds boot_time() noexcept;

/// Whether standard output is a terminal that wants colours.
bool wants_colours();

/// Whether standard input and error are a terminal, at which somebody can be asked.
bool is_asked_at_terminal() noexcept;

/// The path, absolute and without links as far as it exists.
std::string resolved(const std::string& path);

/// Where named objects live.
std::string object_folder();

}  // namespace signalbox::tool
