// `signalbox wrap`: as `run`, with a name derived from a path, as with flock(1).
#include <cstdint>
#include <memory>

#include <fmt/core.h>

#include "job.hpp"
#include "linux/processes.hpp"

namespace signalbox::tool {
namespace {

struct wrap_options {
    std::string file;
    permits_options permits;
    job_options job;
};

constexpr std::size_t visible_most = 40;

// The same path gives the same name; another one another name, but for a chance of 2^-64.
std::string name_of(const std::string& path)
{
    std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
    for (const char each : path) {
        hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001B3;
    }
    std::string visible = path.substr(path.rfind('/') + 1).substr(0, visible_most);
    for (char& each : visible) {
        const bool is_sound = (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') ||
                              (each >= '0' && each <= '9') || each == '.' || each == '_' || each == '-';
        each = is_sound ? each : '_';
    }
    return fmt::format("{}.{:016x}", visible, hash);
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<wrap_options>();
    options.positional("FILE", "the path; there need not be such a file, and it is not touched",
                       chosen->file);
    chosen->permits.declare(options);
    chosen->job.declare(options);
    return [chosen](const command_line& words) {
        return run_with_permits(name_of(resolved(chosen->file)), chosen->permits, chosen->job, words);
    };
}

}  // namespace

const command wrap_command{
    .name = "wrap",
    .synopsis = "FILE [OPTION...] -- COMMAND [ARGUMENT...]",
    .summary = "the same as run, with a name derived from a path",
    .description =
        "For what was `flock FILE COMMAND`: the semaphore's name is made of the last part of the path and a "
        "number that stands for all of it, once links are resolved; the command sees it in SIGNALBOX_NAME. "
        "Everything else is as with `run`.",
    .executes = true,
    .declare = declare};

}  // namespace signalbox::tool
