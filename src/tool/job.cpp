// The options that `run`, `lock` and `wrap` share.
#include "job.hpp"

#include <fmt/core.h>

#include "units.hpp"

namespace signalbox::tool {
namespace {

constexpr std::size_t label_length = 47;

}  // namespace

void wait_options::declare(option_list& options)
{
    options.value("--timeout", "DURATION", "wait at most so long: 500ms, 30s, 5m, or 1.5 (seconds)", timeout);
    options.flag("--try", "don't wait at all", is_try);
}

limit wait_options::until() const
{
    if (is_try && !timeout.empty()) {
        throw failure{usage, "--try and --timeout exclude each other"};
    }
    if (is_try) {
        return limit{std::chrono::nanoseconds{0}};
    }
    return timeout.empty() ? limit{} : limit{duration_of(timeout, "--timeout")};
}

void job_options::declare(option_list& options)
{
    wait_options::declare(options);
    options.value("--label", "TEXT", "what `show` says of this job; else the beginning of the command",
                  label);
    options.value("--conflict-exit", "N", "exit code if it is not obtained, instead of 75", conflict_exit);
    options.value("--hold-limit", "DURATION",
                  "end a command that takes longer: SIGTERM, and 5 s later SIGKILL", hold_limit);
    options.flag("--shell", "the command is a line for sh", is_shell);
}

std::string job_options::label_for(const command_line& words) const
{
    std::string text = label;
    for (std::size_t i = 0; label.empty() && i < words.size(); ++i) {
        if (i > 0 && text.size() + 1 + words[i].size() > label_length) {
            break;
        }
        text += i > 0 ? " " + words[i] : words[i];
    }
    return text.substr(0, label_length);
}

failure job_options::conflict(const std::string& name) const
{
    const int code = conflict_exit.empty()
                         ? static_cast<int>(not_obtained)
                         : static_cast<int>(number_of(conflict_exit, "--conflict-exit", 0, 255));
    return {code, fmt::format("'{}' was not obtained {}; `signalbox show {}` says who holds it", name,
                              is_try ? "at once" : "within " + timeout, name)};
}

child_plan job_options::plan(const command_line& words) const
{
    child_plan plan{.words = words, .is_shell = is_shell};
    if (!hold_limit.empty()) {
        plan.hold_limit = duration_of(hold_limit, "--hold-limit");
    }
    static_cast<void>(conflict(""));  // a wrong --conflict-exit is told before the wait
    return plan;
}

void permits_options::declare(option_list& options)
{
    options.value(
        "-n,--capacity", "SIZE",
        "how many permits there are: 4, 50% of the processors, or +1 (one more); the default is what "
        "it has, or 1",
        capacity);
    options.value("-w,--weight", "N", "how many permits the command needs; the default is 1", weight);
}

void report_ending(const std::string& name, const job_options& job, const child_ending& ending)
{
    if (ending.was_too_long) {
        report(fmt::format("the command held '{}' longer than {}, and was ended", name, job.hold_limit));
    }
}

}  // namespace signalbox::tool
