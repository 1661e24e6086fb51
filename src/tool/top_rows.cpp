// The lines of `top`: which objects, in which order, and what is said of each.
//
// Checked by   tests/tool/top_test.py
#include "top_rows.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include <fmt/core.h>

#include "failure.hpp"
#include "text.hpp"

namespace signalbox::tool {
namespace {

constexpr std::pair<const char*, order> orders[] = {
    {"waiting", order::waiting}, {"longest", order::longest}, {"held", order::held}, {"name", order::name}};
constexpr std::size_t name_least = 12;
constexpr std::size_t name_most = 32;  // a longer one moves what stands behind it
constexpr std::size_t kind_least = 9;

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

bool is_party(const std::vector<party>& parties, const std::string& part)
{
    return std::any_of(parties.begin(), parties.end(), [&](const party& each) {
        return has(each.command, part) || has(each.label, part) || has(each.process.user, part) ||
               std::to_string(each.pid) == part;
    });
}

bool is_idle(const object_view& object)
{
    return object.holders.empty() && object.waiters.empty();
}

bool is_shown(const object_view& object, const top_choice& choice)
{
    if (!choice.alone.empty()) {
        return object.name == choice.alone;
    }
    return (choice.has_idle || !is_idle(object)) &&
           (has(object.name, choice.filter) || is_party(object.holders, choice.filter) ||
            is_party(object.waiters, choice.filter));
}

std::chrono::nanoseconds longest_wait(const object_view& object)
{
    std::chrono::nanoseconds longest{-1};
    for (const party& each : object.waiters) {
        longest = std::max(longest, each.since);
    }
    return longest;
}

// The greatest first; objects that are equal by name.
bool comes_before(const object_view& left, const object_view& right, order by)
{
    const auto key = [by](const object_view& it) -> std::int64_t {
        switch (by) {
        case order::waiting: return static_cast<std::int64_t>(it.waiters.size());
        case order::longest: return longest_wait(it).count();
        case order::held: return it.held();
        case order::name: break;
        }
        return 0;
    };
    const auto rank = [&](const object_view& it) { return std::tuple{-key(it), -it.held()}; };
    return by == order::name || rank(left) == rank(right) ? left.name < right.name : rank(left) < rank(right);
}

std::vector<const object_view*> chosen(const moment& seen, const top_choice& choice)
{
    std::vector<const object_view*> all;
    for (const object_view& each : seen.objects) {
        if (is_shown(each, choice)) {
            all.push_back(&each);
        }
    }
    std::sort(all.begin(), all.end(), [&](const object_view* left, const object_view* right) {
        return choice.is_reversed ? comes_before(*right, *left, choice.by)
                                  : comes_before(*left, *right, choice.by);
    });
    return all;
}

const cycle* cycle_with(const moment& seen, const object_view& object)
{
    const auto found = std::find_if(seen.cycles.begin(), seen.cycles.end(), [&](const cycle& each) {
        return std::find(each.objects.begin(), each.objects.end(), &object) != each.objects.end();
    });
    return found != seen.cycles.end() ? &*found : nullptr;
}

const char* word_for(const cycle& which)
{
    return which.is_deadlock() ? "deadlock" : "cycle";
}

std::string state_of(const moment& seen, const object_view& object)
{
    const cycle* const found = object.is_damaged ? nullptr : cycle_with(seen, object);
    return found != nullptr ? word_for(*found) : object.state;
}

// Names and kinds take the width of the longest, so that the columns stay where they are.
struct widths {
    std::size_t name = name_least;
    std::size_t kind = kind_least;

    explicit widths(const moment& seen)
    {
        for (const object_view& each : seen.objects) {
            name = std::min(std::max(name, each.name.size()), name_most);
            kind = std::max(kind, std::string_view{name_of(each.kind)}.size());
        }
    }
};

// Of all columns, those of `ls`.
constexpr const char* columns = "{:<{}} {:<{}} {:>8} {:>5} {:>5} {:>4} {:>7} {:>5} {:>4}  {}";

line row_of(const moment& seen, const object_view& object, const widths& wide)
{
    const bool is_bad = object.is_damaged || cycle_with(seen, object) != nullptr;
    return {is_bad            ? look::alarm
            : is_idle(object) ? look::idle
                              : look::title,
            fmt::format(fmt::runtime(columns), object.name, wide.name, name_of(object.kind), wide.kind,
                        object.capacity, object.free, object.held(), object.out, object.waiters.size(),
                        object.users, object.dead, state_of(seen, object)),
            &object};
}

line row_of(const party& who, const char* verb)
{
    return {who.process.is_there ? look::plain : look::alarm,
            fmt::format("  {} {:>4} {:>8} {:<8} {:>8}  {}{}", verb, who.permits, who.pid,
                        who.process.is_there ? cut(who.process.user, 8) : "-", who.duration(), who.fate(),
                        who.label.empty() || who.label == who.command ? "" : "  [" + who.label + "]")};
}

}  // namespace

const char* name_of(order which) noexcept
{
    for (const auto& [name, each] : orders) {
        if (each == which) {
            return name;
        }
    }
    return "";
}

order order_of(const std::string& text, const std::string& option)
{
    for (const auto& [name, each] : orders) {
        if (text == name) {
            return each;
        }
    }
    throw failure{usage, fmt::format("{}: '{}' is none of waiting, longest, held and name", option, text)};
}

std::vector<line> rows_of(const moment& seen, const top_choice& choice)
{
    std::vector<line> rows;
    const widths wide{seen};
    for (const object_view* const object : chosen(seen, choice)) {
        rows.push_back(row_of(seen, *object, wide));
        for (const party& each : object->holders) {
            rows.push_back(row_of(each, "holds"));
        }
        for (const party& each : object->waiters) {
            rows.push_back(row_of(each, "waits"));
        }
    }
    return rows;
}

std::vector<line> head_of(const moment& seen, const top_choice& choice)
{
    std::size_t waiting = 0;
    std::size_t gone = 0;
    std::ptrdiff_t held = 0;
    for (const object_view& each : seen.objects) {
        waiting += each.waiters.size();
        held += each.held();
        gone +=
            static_cast<std::size_t>(std::count_if(each.holders.begin(), each.holders.end(),
                                                   [](const party& who) { return !who.process.is_there; }));
    }
    std::vector<line> head{
        {look::plain, fmt::format("signalbox {}  {} objects, {} held, {} waiting, {} gone  by {}{}{}",
                                  seen.time, seen.objects.size(), held, waiting, gone, name_of(choice.by),
                                  choice.is_reversed ? ", reversed" : "",
                                  choice.filter.empty() ? "" : "  '" + choice.filter + "'")}};
    for (const cycle& each : seen.cycles) {
        head.push_back({look::alarm, fmt::format("{}: {}", word_for(each), each.text())});
    }
    const widths wide{seen};
    head.push_back(
        {look::head, fmt::format(fmt::runtime(columns), "NAME", wide.name, "KIND", wide.kind, "CAPACITY",
                                 "FREE", "HELD", "OUT", "WAITING", "USERS", "DEAD", "STATE")});
    return head;
}

std::string table_of(const moment& seen, const top_choice& choice)
{
    std::string text;
    for (const auto& lines : {head_of(seen, choice), rows_of(seen, choice)}) {
        for (const line& each : lines) {
            text.append(each.text, 0, each.text.find_last_not_of(' ') + 1);
            text += '\n';
        }
    }
    return text;
}

}  // namespace signalbox::tool
