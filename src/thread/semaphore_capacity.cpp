// What changes a semaphore as a whole, under the lock of its queue: resize() and close().
//
//   found                       resize writes                       close writes
//   permits out, a queue        the capacity, one more resize       `closed` and `reserved`, without `queued`
//   waiters too large for it    takes them out: invalid_argument    -
//   other waiters               grants what is free now             takes them all out: outcome::closed
//
// Invariant 1  Above a closed semaphore there is no queue while its bucket is unlocked: who joins it looks
//              for `closed` under the lock before it parks, and leaves.
// Because      A waiter is either out of the queue with a permit before close() has the lock, and keeps it,
//              or it is taken out here. Nobody takes a permit afterwards: `reserved` keeps every path out
//              that does not hold the lock (permit_word.hpp, Invariant 2), and under the lock there is no
//              queue to serve. A permit that a waiter was called for, and did not take, is still in the
//              word. A waiter larger than the capacity is taken out by resize(), or finds the new capacity
//              when it joins: both hold the lock.
// Edges        E2  resize -> take: as in core/waiting.hpp.
// Checked by   tests/contract/closing_contract.hpp, tests/contract/resizing_contract.hpp, tests/simulated
#include <signalbox/semaphore.hpp>

#include "core/errors.hpp"
#include "core/serving.hpp"

namespace signalbox {

inline namespace thread {

using word = detail::permit_word;

void semaphore_base::close() noexcept
{
    detail::bucket& place = detail::bucket_for(&cell_);
    detail::wake_list wakes;
    place.lock.lock();
    auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    // relaxed: the flag publishes nothing; how a wait ended is published by grant() and the bucket's lock
    while (!cell_.state.compare_exchange_weak(now, word::close(now), std::memory_order_relaxed,
                                              std::memory_order_relaxed)) {
    }
    detail::dismiss(cell_, place, wakes, outcome::closed, [](const detail::waiter&) { return true; });
    place.lock.unlock();
    wakes.wake();
}

void semaphore_base::resize_within(std::ptrdiff_t capacity, std::ptrdiff_t most)
{
    if (capacity < 0 || capacity > most) {
        detail::throw_bad_capacity(this, capacity, most);
    }
    detail::bucket& place = detail::bucket_for(&cell_);
    detail::wake_list wakes;
    place.lock.lock();
    cell_.capacity.store(capacity, std::memory_order_relaxed);  // relaxed: published by the next step
    auto now = cell_.state.load(std::memory_order_relaxed);     // relaxed: the compare-and-swap decides
    // E2 release: pairs with whoever takes permits; relaxed: a lost race looks again
    while (!cell_.state.compare_exchange_weak(now, word::resize(now), std::memory_order_release,
                                              std::memory_order_relaxed)) {
    }
    detail::dismiss(cell_, place, wakes, detail::outgrown, [capacity](const detail::waiter& who) {
        return who.wanted > static_cast<std::uint64_t>(capacity);
    });
    detail::set_flags(cell_, place.first(&cell_, detail::permit_cell::kind));
    detail::serve(cell_, place, wakes, true);
    place.lock.unlock();
    wakes.wake();
}

bool semaphore_base::is_closed() const noexcept
{
    // relaxed: a snapshot, though a closed semaphore stays closed
    return (cell_.state.load(std::memory_order_relaxed) & word::closed) != 0;
}

}  // namespace thread

}  // namespace signalbox
