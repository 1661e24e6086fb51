// `signalbox why`: what a process waits for, who holds that, what those wait for, to the end or the cycle.
#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "command.hpp"
#include "failure.hpp"
#include "graph.hpp"
#include "text.hpp"
#include "units.hpp"

namespace signalbox::tool {
namespace {

constexpr std::ptrdiff_t pid_most = 1 << 22;

struct why_options {
    std::string pid;
};

/// A walk from a process along what it waits for.
class walk {
public:
    /// Whether it waits for anything.
    bool follow(std::int32_t pid)
    {
        const auto waits = graph_.waits_of(pid);
        for (const wait_view& each : waits) {
            describe(*each.object, *each.waiter);
        }
        return !waits.empty();
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    void say(const std::string& line) { text_ += std::string(2 * depth_, ' ') + line + "\n"; }

    void describe(const object_view& object, const party& waiter)
    {
        say(fmt::format("{} ({}) waits for {} '{}'{}, {}", waiter.pid, waiter.command, name_of(object.kind),
                        object.name,
                        object.kind != process::kind::semaphore
                            ? ""
                            : fmt::format(", {} of {} permits", waiter.permits, object.capacity),
                        spoken(waiter.since)));
        if (const auto begin = std::find(path_.begin(), path_.end(), &object); begin != path_.end()) {
            const cycle found{{begin, path_.end()}};
            say(fmt::format("a cycle: {}; {}", found.text(),
                            found.is_deadlock()
                                ? "a deadlock: none of these can go on"
                                : "it ends only if a holder that is not part of it gives back"));
            return;
        }
        path_.push_back(&object);
        ++depth_;
        for (const party& each : object.holders) {
            say(fmt::format("{} ({}) holds {}", each.pid, each.fate(), each.permits));
            ++depth_;
            follow(each.pid);
            --depth_;
        }
        if (object.out > 0) {
            say(fmt::format("nobody holds {0} that are out: `signalbox signal {1} {0}` gives them back",
                            object.out, object.name));
        }
        --depth_;
        path_.pop_back();
    }

    std::vector<object_view> objects_ = look_at_all();
    graph graph_{objects_};
    std::vector<const object_view*> path_;
    std::size_t depth_ = 0;
    std::string text_;
};

action declare(option_list& options)
{
    const auto chosen = std::make_shared<why_options>();
    options.positional("PID", "a process", chosen->pid);
    return [chosen](const command_line&) {
        const auto pid = static_cast<std::int32_t>(number_of(chosen->pid, "PID", 1, pid_most));
        if (!look_at(pid, 0).is_there) {
            throw failure{no_object, fmt::format("there is no process {}", pid)};
        }
        walk steps;
        print(steps.follow(pid) ? steps.text() : fmt::format("{} waits for nothing here\n", pid));
        return 0;
    };
}

}  // namespace

const command why_command{
    .name = "why",
    .synopsis = "PID",
    .summary = "what a process waits for, who holds that, and so on",
    .description =
        "Says what the process, or any of its descendants, waits for; who holds that; what those wait "
        "for; and so on, to the end or to a cycle. A cycle in which each object has one holder is a "
        "deadlock. All objects that this user can read are looked at.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
