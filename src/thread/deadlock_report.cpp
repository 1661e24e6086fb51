// The words of a deadlock.
#include "thread/deadlock_report.hpp"

#include <cstdio>
#include <cstring>
#include <utility>

#include <signalbox/platform/clock.hpp>

#include "core/holders.hpp"
#include "core/names.hpp"
#include "core/ownership.hpp"

namespace signalbox {

inline namespace thread {
namespace {

std::string object_text(const deadlocked_thread& one)
{
    char address[32];
    std::snprintf(address, sizeof address, "%p", one.waits_for);
    return one.kind + (' ' + (one.object_name.empty() ? std::string{address} : one.object_name));
}

std::string text_of(thread_id id, const std::string& name)
{
    std::string text = "thread " + std::to_string(id.value());
    if (!name.empty()) {
        text += " (" + name + ")";
    }
    return text;
}

std::string keepers_text(const std::vector<deadlock_keeper>& all)
{
    std::string text;
    for (const deadlock_keeper& one : all) {
        const std::string who = text_of(one.id, one.name);
        const std::string since = one.acquired_at.empty() ? "" : " since " + one.acquired_at;
        if (std::strcmp(one.how, "has permits") == 0) {
            text += text.empty() ? ", whose permits are held: " : ", ";
            text.append(std::to_string(one.count)).append(" by ").append(who).append(since);
        } else if (std::strcmp(one.how, "waits to write") == 0) {
            text.append(" behind ").append(who).append(", which waits to write");
        } else {
            text.append(", which ").append(who).append(" ").append(one.how).append(since);
        }
    }
    return text;
}

std::string text_of(const std::vector<deadlocked_thread>& cycle, bool is_suspected)
{
    std::string text = std::string{"signalbox: "} + (is_suspected ? "suspected " : "") + "deadlock of " +
                       std::to_string(cycle.size()) + (cycle.size() == 1 ? " thread" : " threads") +
                       (is_suspected ? ", unless another thread releases a permit" : "");
    for (const deadlocked_thread& one : cycle) {
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(one.waited);
        text += "\n  " + text_of(one.id, one.name) + " has waited " + std::to_string(waited.count()) +
                " ms for " + object_text(one) + keepers_text(one.kept_by);
    }
    return text;
}

}  // namespace

deadlock_error::deadlock_error(std::vector<deadlocked_thread> cycle, bool is_suspected)
    : std::system_error{std::make_error_code(std::errc::resource_deadlock_would_occur)},
      is_suspected_{is_suspected},
      cycle_{std::make_shared<const std::vector<deadlocked_thread>>(std::move(cycle))},
      text_{std::make_shared<const std::string>(text_of(*cycle_, is_suspected))}
{
}

deadlock_error::deadlock_error(const deadlock_error&) noexcept = default;
deadlock_error& deadlock_error::operator=(const deadlock_error&) noexcept = default;
deadlock_error::~deadlock_error() = default;

}  // namespace thread

namespace detail {
namespace {

const char* text_of(tie how) noexcept
{
    switch (how) {
    case tie::owns: return "owns";
    case tie::reads: return "reads";
    case tie::comes_first: return "waits to write";
    case tie::has_permits: return "has permits";
    }
    return "";
}

holding_kind noted_as(tie how) noexcept
{
    switch (how) {
    case tie::reads: return holding_kind::reader;
    case tie::has_permits: return holding_kind::permits;
    case tie::owns:
    case tie::comes_first: break;
    }
    return holding_kind::owner;
}

// Where `by` acquired what lies at `object`, if it wrote that down; not where a guard of the standard library
// called lock().
std::string site_of(const void* object, const blocker& by)
{
    for (const holder& each : holders_of(object)) {
        const char* const file = each.site.file;
        if (each.kind == noted_as(by.how) && each.thread == by.thread && file != nullptr &&
            std::strstr(file, "/c++/") == nullptr) {
            const char* const slash = std::strrchr(file, '/');
            return std::string{slash == nullptr ? file : slash + 1} + ':' + std::to_string(each.site.line);
        }
    }
    return {};
}

// Several notes of one thread are one keeper.
void add_keeper(std::vector<deadlock_keeper>& all, const cycle_step& step)
{
    for (deadlock_keeper& each : all) {
        if (each.id == thread_id{step.by.thread}) {
            each.count += step.by.count;
            return;
        }
    }
    all.push_back({thread_id{step.by.thread}, thread_name(step.by.thread), text_of(step.by.how),
                   step.by.count, site_of(step.cell, step.by)});
}

}  // namespace

deadlock_error describe_cycle(std::span<const cycle_step> steps, certainty how)
{
    const auto now = platform::now();
    std::vector<deadlocked_thread> cycle;
    for (const cycle_step& step : steps) {
        if (cycle.empty() || cycle.back().id != thread_id{step.thread}) {
            cycle.push_back({thread_id{step.thread},
                             thread_name(step.thread),
                             step.cell,
                             kind_text(step.kind),
                             name_of(step.cell),
                             site_of(step.cell, step.by),
                             now - step.since,
                             {}});
        }
        add_keeper(cycle.back().kept_by, step);
    }
    return deadlock_error{std::move(cycle), how == certainty::suspected};
}

}  // namespace detail

}  // namespace signalbox
