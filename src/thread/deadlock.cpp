// From a cycle in the graph of long waits to what lock() throws.
//
// Edges        E1  set_deadlock_handler() -> search(): what was prepared for a handler is visible to it.
#include <signalbox/deadlock.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/probe.hpp>

#include "core/deadlock_watch.hpp"
#include "core/holders.hpp"
#include "core/names.hpp"
#include "core/ownership.hpp"

namespace signalbox {

inline namespace thread {
namespace {

constinit platform::atomic<deadlock_handler> handler{&throw_deadlock};

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

std::string text_of(const std::vector<deadlocked_thread>& cycle)
{
    std::string text = "signalbox: deadlock of " + std::to_string(cycle.size()) + " threads";
    for (std::size_t i = 0; i < cycle.size(); ++i) {
        const deadlocked_thread& one = cycle[i];
        const deadlocked_thread& owner = cycle[(i + 1) % cycle.size()];
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(one.waited);
        text += "\n  " + text_of(one.id, one.name) + " has waited " + std::to_string(waited.count()) +
                " ms for " + object_text(one) + ", which " + text_of(owner.id, owner.name) + " owns";
        if (!one.acquired_at.empty()) {
            text += " since " + one.acquired_at;
        }
    }
    return text + "\n ";  // the standard library appends the text of the code
}

void write_to_stderr(const deadlock_error& found) noexcept
{
    std::fprintf(stderr, "%s\n", found.what());
}

}  // namespace

deadlock_error::deadlock_error(std::vector<deadlocked_thread> cycle)
    : std::system_error{std::make_error_code(std::errc::resource_deadlock_would_occur), text_of(cycle)},
      cycle_{std::make_shared<const std::vector<deadlocked_thread>>(std::move(cycle))}
{
}

deadlock_error::deadlock_error(const deadlock_error&) noexcept = default;
deadlock_error& deadlock_error::operator=(const deadlock_error&) noexcept = default;
deadlock_error::~deadlock_error() = default;

void throw_deadlock(const deadlock_error& found)
{
    throw deadlock_error{found};
}

void log_deadlock(const deadlock_error& found)
{
    write_to_stderr(found);
}

void abort_on_deadlock(const deadlock_error& found)
{
    write_to_stderr(found);
    std::abort();
}

deadlock_handler set_deadlock_handler(deadlock_handler next) noexcept
{
    // E1 acq_rel: pairs with the load in report(), and passes on what came with the handler before
    return handler.exchange(next == nullptr ? &throw_deadlock : next, std::memory_order_acq_rel);
}

deadlock_handler get_deadlock_handler() noexcept
{
    return handler.load(std::memory_order_acquire);  // E1 acquire: pairs with set_deadlock_handler()
}

}  // namespace thread

namespace detail {
namespace {

// Where `owner` locked what lies at `object`, if it wrote that down; not where a guard of the standard
// library called lock().
std::string site_of(const void* object, std::uint32_t owner)
{
    for (const holder& each : holders_of(object)) {
        const char* const file = each.site.file;
        if (each.is_owner && each.thread == owner && file != nullptr &&
            std::strstr(file, "/c++/") == nullptr) {
            const char* const slash = std::strrchr(file, '/');
            return std::string{slash == nullptr ? file : slash + 1} + ':' + std::to_string(each.site.line);
        }
    }
    return {};
}

void report(std::span<const cycle_step> steps)
{
    const auto now = platform::now();
    std::vector<deadlocked_thread> cycle;
    cycle.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const cycle_step& step = steps[i];
        cycle.push_back({thread_id{step.thread}, thread_name(step.thread), step.cell, kind_text(step.kind),
                         name_of(step.cell), site_of(step.cell, steps[(i + 1) % steps.size()].thread),
                         now - step.since});
    }
    get_deadlock_handler()(deadlock_error{std::move(cycle)});
}

}  // namespace

std::exception_ptr deadlock_watch::search() noexcept
{
    due_ = time_point::max();
    has_searched_ = true;
    try {
        for (std::vector<cycle_step> steps;;) {
            const std::size_t length = wait_graph::search(wait_, steps);
            if (length == 0) {
                return nullptr;
            }
            if (length > steps.size()) {
                steps.resize(length);  // outside the lock; nobody else can break or report this cycle
                continue;
            }
            steps.resize(length);
            platform::probe::deadlock(wait_.who.cell, wait_.who.kind, wait_.who.thread, length);
            report(steps);  // while the wait is out of the graph: a handler may lock and unlock
            wait_.is_reported = true;
        }
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace detail

}  // namespace signalbox
