// Whether anything gets on; and if not, who has what.
#include "watchdog.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "standing.hpp"

namespace package_index {

namespace {

// As proc(5) has it: T is stopped, D waits for a device, R runs.
char state_of(pid_t pid)
{
    std::ifstream file{fmt::format("/proc/{}/stat", pid)};
    std::string text;
    std::getline(file, text);
    const auto end = text.rfind(')');
    return end == std::string::npos || end + 2 >= text.size() ? '?' : text[end + 2];
}

std::size_t batches_of(std::uint32_t worker, const board& work)
{
    const auto begin = work.batches.begin();
    return static_cast<std::size_t>(
        std::count_if(begin, begin + static_cast<std::ptrdiff_t>(work.published.load()),
                      [&](const batch& each) { return each.owner.load() == worker; }));
}

std::string line_of(const family::member& each, const standing& now, const board& work)
{
    std::vector<std::string> parts;
    const auto tell = [&](bool is_so, std::string what) {
        if (is_so) {
            parts.push_back(std::move(what));
        }
    };
    const bool is_reader = each.number == 0;
    const std::size_t batches = is_reader ? 0 : batches_of(each.number, work);
    const char state = state_of(each.pid);
    tell(state == 'T' || state == 't', "is stopped");
    tell(state == 'R', "is running");
    tell(now.has_mutex, "owns the cursor's mutex");
    tell(now.connections > 0, "has " + counted(now.connections, "connection"));
    tell(batches > 0, "has claimed " + counted(batches, "batch"));
    tell(now.waits_for_connection > 0,
         counted(now.waits_for_connection, "thread") + " waiting for a connection");
    tell(now.waits_for_mutex > 0, counted(now.waits_for_mutex, "thread") + " waiting for the mutex");
    tell(now.waits_for_batch > 0, counted(now.waits_for_batch, "thread") + " waiting for a batch");
    tell(is_reader && !work.is_all_read.load(), "has not read to the end");
    return fmt::format(
        "\n  {}, process {}: {}", is_reader ? "the reader" : fmt::format("worker {}", each.number), each.pid,
        parts.empty() ? "has nothing and waits for nothing" : fmt::format("{}", fmt::join(parts, ", ")));
}

}  // namespace

watchdog::watchdog(const crossing& meet, const options& how)
    : meet_{meet}, patience_{how.patience + how.spread}
{
}

// Whatever changes while a run gets on.
watchdog::progress watchdog::now(const family& all) const
{
    const board& work = *meet_.work;
    return {work.done(),          work.published.load(), work.kills_begun.load(),
            all.members().size(), all.dead().size(),     static_cast<std::size_t>(meet_.present.available())};
}

void watchdog::look(const family& all)
{
    const auto time = std::chrono::steady_clock::now();
    if (const progress made = now(all); made != last_) {
        last_ = made;
        since_ = time;
    } else if (time - since_ > patience_) {
        throw hang_error{fmt::format("nothing was done for {} s; --patience allows no more{}",
                                     patience_.count(), who_hangs(all))};
    }
}

std::string watchdog::who_hangs(const family& all) const
{
    auto held = package_index::look(meet_);
    std::string text;
    for (const auto& each : all.members()) {
        text += line_of(each, held[each.pid], *meet_.work);
    }
    return text;
}

}  // namespace package_index
