// The sleeping half of the barrier.
#include <signalbox/barrier.hpp>

#include "core/errors.hpp"
#include "core/gate.hpp"
#include "core/waiting.hpp"

namespace signalbox {

inline namespace thread {

void barrier_base::reject(std::ptrdiff_t expected)
{
    detail::throw_bad_gate("barrier", expected, max());
}

void barrier_base::reject_arrival(std::ptrdiff_t n, word::type now) const
{
    if (n <= 0) {
        detail::throw_bad_arrival("barrier", this, "arrive", n);
    }
    detail::throw_too_many("barrier", this, "arrive", n, word::pending_of(now));
}

void barrier_base::let_through(detail::barrier_cell* cell) noexcept
{
    detail::let_through(*cell);
}

outcome barrier_base::wait_slow(std::uint64_t phase, const limit& until) const
{
    return detail::wait_at(cell_, phase, until);
}

std::ptrdiff_t barrier_base::waiters() const noexcept
{
    return static_cast<std::ptrdiff_t>(detail::count_waiters(cell_));
}

}  // namespace thread

}  // namespace signalbox
