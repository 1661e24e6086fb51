// Depth-first and random choices, and schedules as text.
//
// Source       Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"
//              (PCT)
#include "search.hpp"

#include <algorithm>
#include <charconv>

#include "arena.hpp"

namespace signalbox::simulated {
namespace {

constexpr unsigned injection_one_in = 8;

/// Reads a schedule: numbers separated by dots; a number may be repeated, as in 0*12.
template <class Visitor>
void parse(std::string_view text, Visitor visit)
{
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        unsigned chosen = 0;
        unsigned times = 1;
        at = std::from_chars(at, end, chosen).ptr;
        if (at < end && *at == '*') {
            at = std::from_chars(at + 1, end, times).ptr;
        }
        for (unsigned count = 0; count < times; ++count) {
            visit(static_cast<std::uint16_t>(chosen));
        }
        ++at;
    }
}

}  // namespace

search_tree::search_tree(const options& how)
    : how_{how.how},
      merge_states_{how.merge_states && how.how == search::exhaustive},
      seed_{how.seed},
      change_points_{how.change_points}
{
    path_.reserve(1024);
}

search_tree::search_tree(const options& how, std::string_view schedule) : search_tree{how}
{
    how_ = search::exhaustive;
    only_once_ = true;
    merge_states_ = false;
    parse(schedule, [this](std::uint16_t chosen) { path_.push_back({0, 0, chosen}); });
}

void search_tree::begin_execution()
{
    next_ = 0;
    if (how_ == search::exhaustive) {
        return;
    }
    path_.clear();
    generator_ = mixed(seed_);
    switch_one_in_ = 2U << (draw() % 4);
    for (unsigned thread = 0; thread < max_threads; ++thread) {
        priority_[thread] = change_points_ + 1 + static_cast<std::uint32_t>(draw() % 1'000'000);
    }
    changes_.clear();
    const std::uint64_t horizon = std::uint64_t{8} << (draw() % 6);  // 8 to 256 steps
    for (unsigned point = 0; point < change_points_; ++point) {
        changes_.push_back(static_cast<std::uint32_t>(draw() % horizon));
    }
}

unsigned search_tree::repeat(unsigned count, std::uint64_t state)
{
    choice& made = path_[next_++];
    if (made.count == 0) {
        made.count = static_cast<std::uint16_t>(count);
        made.state = state;
    }
    if (made.count != count || made.state != state || made.chosen >= count) {
        deterministic_ = false;
        return 0;
    }
    return made.chosen;
}

unsigned search_tree::record(unsigned chosen, unsigned count, std::uint64_t state)
{
    if (path_.size() == path_.capacity()) {
        const arena::suspended ordinary_heap;
        path_.reserve(path_.size() * 2);
    }
    path_.push_back({state, static_cast<std::uint16_t>(count), static_cast<std::uint16_t>(chosen)});
    ++next_;
    return chosen;
}

unsigned search_tree::choose(unsigned count, std::uint64_t state)
{
    ++choices_;
    if (is_repeating()) {
        return repeat(count, state);
    }
    if (how_ == search::exhaustive || draw() % injection_one_in != 0) {
        return record(0, count, state);
    }
    return record(static_cast<unsigned>(draw() % count), count, state);
}

unsigned search_tree::choose_action(std::span<const action> actions, std::uint64_t state, std::uint32_t step)
{
    const auto count = static_cast<unsigned>(actions.size());
    ++choices_;
    if (is_repeating()) {
        return repeat(count, state);
    }
    switch (how_) {
    case search::random: return record(draw_action(actions), count, state);
    case search::priorities: return record(best_priority(actions, step), count, state);
    case search::exhaustive: break;
    }
    return record(0, count, state);
}

bool search_tree::is_known(std::uint64_t state, const budgets& left)
{
    return merge_states_ && !is_repeating() && known_.contains_or_add(state, left);
}

bool search_tree::advance()
{
    if (only_once_) {
        return false;
    }
    if (how_ != search::exhaustive) {
        ++seed_;
        return true;
    }
    while (!path_.empty() && path_.back().chosen + 1U == path_.back().count) {
        path_.pop_back();
    }
    if (path_.empty()) {
        return false;
    }
    ++path_.back().chosen;
    return true;
}

std::string search_tree::schedule() const
{
    std::size_t end = std::min(next_, path_.size());
    while (end > 0 && path_[end - 1].chosen == 0) {
        --end;
    }
    std::string text;
    for (std::size_t at = 0; at < end;) {
        std::size_t after = at;
        while (after < end && path_[after].chosen == path_[at].chosen) {
            ++after;
        }
        text += (text.empty() ? "" : ".") + std::to_string(path_[at].chosen);
        text += after - at > 1 ? "*" + std::to_string(after - at) : "";
        at = after;
    }
    return text;
}

std::uint64_t search_tree::draw()
{
    return mixed(generator_++);
}

unsigned search_tree::draw_action(std::span<const action> actions)
{
    const auto runs = static_cast<unsigned>(
        std::count_if(actions.begin(), actions.end(), [](action a) { return a.what == action::kind::run; }));
    const auto count = static_cast<unsigned>(actions.size());
    if (runs < count && (runs == 0 || draw() % injection_one_in == 0)) {
        return runs + static_cast<unsigned>(draw() % (count - runs));
    }
    return draw() % switch_one_in_ == 0 ? static_cast<unsigned>(draw() % runs) : 0;
}

unsigned search_tree::best_priority(std::span<const action> actions, std::uint32_t step)
{
    const auto better = [this](action a, action b) {
        const bool injected = a.what != action::kind::run;
        return injected != (b.what != action::kind::run) ? injected
                                                         : priority_[a.thread] < priority_[b.thread];
    };
    const auto best_of = [&] {
        return static_cast<unsigned>(std::max_element(actions.begin(), actions.end(), better) -
                                     actions.begin());
    };
    for (std::uint32_t point = 0; point < changes_.size(); ++point) {
        if (changes_[point] <= step) {
            priority_[actions[best_of()].thread] = change_points_ - point;
            changes_[point] = never;
        }
    }
    if (actions.back().what != action::kind::run && draw() % (injection_one_in * 8) == 0) {
        return static_cast<unsigned>(draw() % actions.size());
    }
    return best_of();
}

}  // namespace signalbox::simulated
