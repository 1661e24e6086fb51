// Holders and waiters as they change, and a bar.
#include "display.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace package_index {

namespace {

constexpr std::size_t bar_max = 100;

// The looks of what is held, waited for, done, and of what explains.
constexpr std::string_view held = "32";
constexpr std::string_view owned = "1;32";
constexpr std::string_view waits = "33";
constexpr std::string_view faint = "2";

// Widths of the table's columns.
constexpr std::size_t of_name = 12;
constexpr std::size_t of_process = 10;
constexpr std::size_t of_connections = 14;
constexpr std::size_t of_waits = 16;

bool is_terminal()
{
    const char* const kind = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && (kind == nullptr || std::string_view{kind} != "dumb");
}

// A mark for each, or their number where there is no room.
std::string marks(std::size_t count)
{
    return count < of_connections ? std::string(count, '#') : fmt::format("# x {}", count);
}

std::string waiting(std::size_t threads)
{
    return threads == 0 ? "" : counted(threads, "thread");
}

}  // namespace

display::display(crossing& meet, const options& how)
    : meet_{meet},
      how_{how},
      is_terminal_{is_terminal()},
      has_colors_{is_terminal_ && std::getenv("NO_COLOR") == nullptr}
{
}

display::~display()
{
    fmt::print("{}", wiping());
    std::fflush(stdout);
}

std::string display::wiping()
{
    return lines_ == 0 ? "" : fmt::format("\x1b[{}A\x1b[J", std::exchange(lines_, 0));
}

picture_line display::line() const
{
    return {columns_ - 1, has_colors_};  // a terminal may go on in the next line when its last column is full
}

picture_line display::bar() const
{
    const std::size_t done = meet_.work->done();
    const std::size_t known = std::max<std::size_t>(meet_.work->published.load(), 1);
    const bool is_all = meet_.work->is_all_read.load();
    const std::string tail =
        is_all ? fmt::format(" {} of {} batches", done, known) : fmt::format(" {} batches, reading on", done);
    const std::size_t width = std::min(bar_max, columns_ - std::min(columns_, tail.size() + 8));
    const std::size_t filled = is_all ? done * width / known : 0;
    return line()
        .add("  [")
        .add(std::string(filled, '='), held)
        .add(std::string(width - filled, '-'), faint)
        .add("]")
        .add(tail);
}

picture_line display::sums(const std::map<pid_t, standing>& now) const
{
    std::size_t connections = 0;
    std::size_t waiters = 0;
    for (const auto& [pid, each] : now) {
        connections += each.connections;
        waiters += each.waits_for_connection;
    }
    return line()
        .add("  ")
        .add(fmt::format("{} of {}", connections, how_.permits), held)
        .add(" connections held, ")
        .add(counted(waiters, "thread"), waiters > 0 ? waits : std::string_view{})
        .add(" waiting for one");
}

picture_line display::row(const family::member& each, const standing& now) const
{
    return line()
        .add(fmt::format("  worker {}", each.number), {}, of_name)
        .add(std::to_string(each.pid), faint, of_process)
        .add(marks(now.connections), held, of_connections)
        .add(waiting(now.waits_for_connection), waits, of_waits)
        .add(now.has_mutex ? "owns it" : waiting(now.waits_for_mutex), now.has_mutex ? owned : waits);
}

std::vector<picture_line> display::picture(const family& all) const
{
    auto now = look(meet_);
    std::vector<picture_line> lines{line(), bar(), sums(now), line()};
    lines.push_back(line()
                        .add("  ", faint, of_name)
                        .add("process", faint, of_process)
                        .add("connections", faint, of_connections)
                        .add("waiting", faint, of_waits)
                        .add("cursor's mutex", faint));
    const std::size_t rest = rows_ - std::min(rows_, lines.size() + 2);  // for the workers
    std::size_t workers = 0;
    for (const auto& each : all.members()) {
        if (each.number != 0 && ++workers <= rest) {
            lines.push_back(row(each, now[each.pid]));
        }
    }
    if (workers > rest) {
        lines.push_back(line().add(fmt::format("  and {} more", workers - rest), faint));
    }
    lines.resize(std::min(lines.size(), rows_ - 1), line());
    return lines;
}

void display::show(const family& all)
{
    if (is_terminal_) {
        winsize size{};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && size.ws_row > 1) {
            columns_ = size.ws_col;
            rows_ = size.ws_row;
        }
        const std::vector<picture_line> lines = picture(all);
        std::string text = wiping();
        for (const auto& each : lines) {
            text += each.text() + "\n";
        }
        lines_ = lines.size();
        fmt::print("{}", text);
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

void display::say(const std::string& line, std::string_view look)
{
    const std::size_t word = has_colors_ ? std::min(line.find(' '), line.size()) : 0;
    fmt::print("{}{}{}\n", wiping(),
               word == 0 ? "" : fmt::format("\x1b[{}m{}\x1b[0m", look, line.substr(0, word)),
               line.substr(word));
    std::fflush(stdout);
}

}  // namespace package_index
