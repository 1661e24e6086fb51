// The sleeping half of the latch, and the counts that the header can't do by one subtraction.
//
// Edges        E1  count_down() -> wait(): as in latch.hpp.
#include <signalbox/latch.hpp>

#include "core/errors.hpp"
#include "core/gate.hpp"
#include "core/waiting.hpp"

namespace signalbox {

inline namespace thread {

void latch::reject(std::ptrdiff_t expected)
{
    detail::throw_bad_gate("latch", expected, max());
}

void latch::count_down_many(std::ptrdiff_t n)
{
    if (n < 0) {
        detail::throw_bad_arrival("latch", this, "count_down", n);
    }
    if (n == 0) {
        return;
    }
    auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    do {
        if (n > word::pending_of(now)) {
            detail::throw_too_many("latch", this, "count_down", n, word::pending_of(now));
        }
        // E1 release: pairs with whoever finds it open; relaxed: a lost race looks again
    } while (!cell_.state.compare_exchange_weak(now, now - word::make(n), std::memory_order_release,
                                                std::memory_order_relaxed));
    if (word::pending_of(now) == n && (now & word::queued) != 0) {
        detail::let_through(cell_);  // by the address: the latch may be gone
    }
}

void latch::after_last(detail::latch_cell* cell, word::type before)
{
    if (word::is_open(before)) {
        cell->state.fetch_add(word::one, std::memory_order_relaxed);  // relaxed: nothing was counted
        detail::throw_too_many("latch", cell, "count_down", 1, 0);
    }
    if ((before & word::queued) != 0) {
        detail::let_through(*cell);
    }
}

outcome latch::wait_slow(const limit& until) const
{
    return detail::wait_at(cell_, 0, until);
}

std::ptrdiff_t latch::waiters() const noexcept
{
    return static_cast<std::ptrdiff_t>(detail::count_waiters(cell_));
}

}  // namespace thread

}  // namespace signalbox
