// The sleeping half of the event.
#include <signalbox/event.hpp>

#include "core/gate.hpp"
#include "core/waiting.hpp"

namespace signalbox {

inline namespace thread {

outcome event::wait_slow(word::type before, const limit& until) const
{
    return detail::wait_at(cell_, word::sets(before), until);
}

void event::let_through(detail::event_cell* cell) noexcept
{
    detail::let_through(*cell);
}

std::ptrdiff_t event::waiters() const noexcept
{
    return static_cast<std::ptrdiff_t>(detail::count_waiters(cell_));
}

}  // namespace thread

}  // namespace signalbox
