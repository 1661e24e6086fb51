// From a cycle in the graph of long waits to the handler, and to what lock() throws.
//
// Edges        E1  set_deadlock_handler() -> search(): what was prepared for a handler is visible to it.
#include <signalbox/deadlock.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/probe.hpp>

#include "core/deadlock_watch.hpp"
#include "thread/deadlock_report.hpp"

namespace signalbox {

inline namespace thread {
namespace {

constinit platform::atomic<deadlock_handler> handler{&throw_deadlock};

void write_to_stderr(const deadlock_error& found) noexcept
{
    std::fprintf(stderr, "%s\n", found.what());
}

}  // namespace

void throw_deadlock(const deadlock_error& found)
{
    if (!found.is_suspected()) {
        throw deadlock_error{found};
    }
    write_to_stderr(found);
}

void log_deadlock(const deadlock_error& found)
{
    write_to_stderr(found);
}

void abort_on_deadlock(const deadlock_error& found)
{
    write_to_stderr(found);
    if (!found.is_suspected()) {
        std::abort();
    }
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

std::exception_ptr deadlock_watch::search() noexcept
{
    due_ = time_point::max();
    has_searched_ = true;
    try {
        for (std::vector<cycle_step> steps;;) {
            const auto [length, how] = wait_graph::search(wait_, steps);
            if (length == 0) {
                return nullptr;
            }
            if (length > steps.size()) {
                steps.resize(length);  // outside the lock; nobody else can break or report this cycle
                continue;
            }
            steps.resize(length);
            platform::probe::deadlock(wait_.who.cell, wait_.who.kind, wait_.who.thread, length);
            // While the wait is out of the graph: a handler may lock and unlock.
            get_deadlock_handler()(describe_cycle(steps, how));
            wait_.told = how;
        }
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace detail

}  // namespace signalbox
