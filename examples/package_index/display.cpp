// Holders and waiters as they change, and a bar.
#include "display.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

namespace package_index {

namespace {

constexpr std::size_t bar_width = 40;

std::string repeat(std::string_view what, std::size_t times)
{
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += what;
    }
    return text;
}

// What one process has and waits for.
struct standing {
    std::size_t connections = 0;
    std::size_t waits_for_connection = 0;
    std::size_t waits_for_mutex = 0;
    bool has_mutex = false;
};

std::map<pid_t, standing> look(const crossing& meet)
{
    std::map<pid_t, standing> all;
    for (const auto& each : meet.budget.holders()) {
        all[each.who.pid].connections += static_cast<std::size_t>(each.count);
    }
    for (const auto& each : meet.budget.waiters()) {
        ++all[each.who.pid].waits_for_connection;
    }
    for (const auto& each : meet.turn.holders()) {
        all[each.who.pid].has_mutex = true;
    }
    for (const auto& each : meet.turn.waiters()) {
        ++all[each.who.pid].waits_for_mutex;
    }
    return all;
}

std::string row_of(const family::member& each, const standing& now)
{
    return fmt::format("  worker {:<3} {:>8}  {:<8}{:<16}{}\n", each.number, each.pid,
                       repeat("#", now.connections),
                       now.waits_for_connection > 0 ? fmt::format("{} wait", now.waits_for_connection) : "",
                       now.has_mutex             ? "owns it"
                       : now.waits_for_mutex > 0 ? fmt::format("{} wait", now.waits_for_mutex)
                                                 : "");
}

}  // namespace

display::display(crossing& meet, const options& how)
    : meet_{meet}, how_{how}, is_terminal_{::isatty(STDOUT_FILENO) == 1}
{
}

display::~display()
{
    wipe();
    std::fflush(stdout);
}

void display::wipe()
{
    if (lines_ > 0) {
        fmt::print("\x1b[{}A\x1b[J", lines_);
        lines_ = 0;
    }
}

std::string display::picture(const family& all) const
{
    const std::size_t done = meet_.work->done();
    const std::size_t known = std::max<std::size_t>(meet_.work->published.load(), 1);
    const std::size_t filled = done * bar_width / known;
    auto now = look(meet_);
    std::string text = fmt::format("  [{}{}] {} of {} batches\n", repeat("=", filled),
                                   repeat(" ", bar_width - filled), done, known);
    text += fmt::format("  {} of {} connections; process, its connections, the cursor's mutex:\n",
                        how_.permits -
                            static_cast<std::size_t>(std::max<std::ptrdiff_t>(meet_.budget.available(), 0)),
                        how_.permits);
    for (const auto& each : all.members()) {
        if (each.number != 0) {
            text += row_of(each, now[each.pid]);
        }
    }
    return text;
}

void display::show(const family& all)
{
    if (is_terminal_) {
        const std::string text = picture(all);
        wipe();
        fmt::print("{}", text);
        lines_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        std::fflush(stdout);
        return;
    }
    const std::size_t known = meet_.work->published.load();
    const std::size_t quarter =
        meet_.work->is_all_read.load() && known > 0 ? meet_.work->done() * 4 / known : 0;
    if (quarter > quarter_) {
        quarter_ = quarter;
        say(fmt::format("done      {} %", quarter * 25));
    }
}

void display::say(const std::string& line)
{
    wipe();
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

}  // namespace package_index
