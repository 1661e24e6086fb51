// Asking the objects who holds and who waits.
#include "standing.hpp"

#include <fmt/format.h>

namespace package_index {

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
    for (const auto& each : meet.filled.waiters()) {
        ++all[each.who.pid].waits_for_batch;
    }
    return all;
}

std::string counted(std::size_t count, const std::string& what)
{
    const bool is_es = what.ends_with("ch");  // batches
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : is_es ? "es" : "s");
}

}  // namespace package_index
