// The lines of `top` on a screen: cut to it, scrolled, with one of the objects chosen.
//
// Because      An object is chosen by its name: it stays chosen when the order changes.
// Checked by   tests/tool/top_screen_test.py
#include "top_frame.hpp"

#include <algorithm>
#include <iterator>

#include "text.hpp"

namespace signalbox::tool {
namespace {

constexpr const char* margin = "  ";
constexpr const char* mark = "> ";

const char* start_of(look how)
{
    switch (how) {
    case look::head: return "\x1b[7m";
    case look::title: return "\x1b[1m";
    case look::idle: return "\x1b[2m";
    case look::alarm: return "\x1b[1;31m";
    case look::plain: break;
    }
    return "";
}

std::string shown(const line& which, std::size_t columns, bool is_coloured)
{
    std::string text = cut(which.text, columns);
    if (!is_coloured || which.how == look::plain) {
        return text;
    }
    text += which.how == look::head ? std::string(columns - width_of(text), ' ') : "";
    return start_of(which.how) + text + "\x1b[0m";
}

}  // namespace

void place::move(std::ptrdiff_t by) noexcept
{
    wanted_ = std::clamp(here_ + wanted_ + by, std::ptrdiff_t{0}, last_) - here_;
}

// How many lines or objects there are is known when they are drawn: until then nothing moves.
void place::go_in() noexcept
{
    is_alone_ = is_kept_ = true;
    scroll_ = here_ = last_ = wanted_ = 0;
}

void place::go_out() noexcept
{
    is_alone_ = false;
    here_ = last_ = number_;
    wanted_ = 0;
}

void place::choose(const std::vector<line>& rows, const std::vector<std::size_t>& titles)
{
    const auto found = std::find_if(titles.begin(), titles.end(),
                                    [&](std::size_t each) { return rows[each].object->name == name_; });
    here_ = is_kept_ && found != titles.end() ? found - titles.begin() : number_;
    last_ = std::ssize(titles) - 1;
    is_kept_ = is_kept_ || wanted_ != 0;
    number_ = here_ = std::clamp(here_ + wanted_, std::ptrdiff_t{0}, last_);
    name_ = rows[titles[static_cast<std::size_t>(number_)]].object->name;
}

std::size_t place::settle(const std::vector<line>& rows, std::size_t room)
{
    std::vector<std::size_t> titles;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].object != nullptr) {
            titles.push_back(i);
        }
    }
    const auto height = static_cast<std::ptrdiff_t>(room);
    const std::ptrdiff_t highest = std::max(std::ptrdiff_t{0}, std::ssize(rows) - height);
    if (is_alone_) {
        last_ = highest;
        scroll_ = here_ = std::clamp(here_ + wanted_, std::ptrdiff_t{0}, highest);
    } else if (titles.empty()) {
        name_.clear();
    } else {
        choose(rows, titles);
        const auto next = static_cast<std::size_t>(number_) + 1;
        const auto first = static_cast<std::ptrdiff_t>(titles[next - 1]);
        const std::ptrdiff_t end =
            next < titles.size() ? static_cast<std::ptrdiff_t>(titles[next]) : std::ssize(rows);
        scroll_ = std::min({std::max(scroll_, end - height), first, highest});
    }
    wanted_ = 0;
    return static_cast<std::size_t>(scroll_);
}

std::string frame_of(const moment& seen, const top_choice& choice, const std::string& footer,
                     const screen_size& size, place& where, bool is_coloured)
{
    std::vector<line> lines = head_of(seen, choice);
    lines.back().text.insert(0, margin);
    lines.resize(std::min(lines.size(), size.rows - 1));
    const std::vector<line> body = rows_of(seen, choice);
    const std::size_t room = size.rows - 1 - lines.size();  // the last line is the footer's
    const std::size_t first = where.settle(body, room);
    for (std::size_t i = first; i < body.size() && lines.size() < size.rows - 1; ++i) {
        const bool is_chosen = body[i].object != nullptr && body[i].object->name == where.chosen();
        lines.push_back({body[i].how, (is_chosen ? mark : margin) + body[i].text});
    }
    lines.resize(size.rows - 1);
    lines.push_back({look::head, footer});
    std::string frame = "\x1b[H";
    for (const line& each : lines) {
        frame += shown(each, size.columns, is_coloured) + "\x1b[K" + (&each == &lines.back() ? "" : "\r\n");
    }
    return frame + "\x1b[J";
}

}  // namespace signalbox::tool
