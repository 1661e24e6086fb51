// The contended half of the semaphore: how its word changes when the one read-modify-write of the header
// isn't enough.
//
//   found                      acquire does                      release, having added its permits, does
//   enough, no flags           takes them (the header)           nothing (the header)
//   enough, queued             takes them, passing by            visits the queue: calls those it has permits
//   for enough, reserved           joins the queue                   visits the queue: grants to the first
//   waiter too few                    spins or joins the queue          as above out < 0
//   joins the queue                   takes them back, visits the queue, throws
//
// Edges        E1  release() -> acquire(): as in semaphore.hpp.
// Checked by   models/semaphore.pml, tests/simulated
#include <signalbox/semaphore.hpp>

#include <algorithm>

#include <signalbox/name.hpp>

#include "core/errors.hpp"
#include "core/waiting.hpp"

namespace signalbox {

void detail::permit_cell::forget_name() noexcept
{
    detail::forget_name(this);
}

inline namespace thread {

using word = detail::permit_word;

void semaphore_base::reject(std::int64_t initial, std::int64_t capacity, std::int64_t most)
{
    detail::throw_bad_semaphore(initial, capacity, most);
}

void semaphore_base::take_name(std::string_view name)
{
    if (!name.empty()) {
        detail::set_name(this, name, sizeof *this);
        cell_.state.fetch_or(word::named, std::memory_order_relaxed);  // relaxed: nobody knows it yet
    }
}

void semaphore_base::acquire_slow(std::ptrdiff_t n)
{
    if (acquire_slow(n, limit{}) == outcome::closed) {
        detail::throw_closed(this, n);
    }
}

outcome semaphore_base::acquire_slow(std::ptrdiff_t n, const limit& until)
{
    if (n < 0) {
        detail::throw_negative(this, "acquire", n);
    }
    if (n == 0) {
        return outcome::acquired;
    }
    if (n > capacity() && !is_closed()) {
        detail::throw_never_enough(this, n, capacity());
    }
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    const outcome ended = detail::acquire(cell_, static_cast<std::uint64_t>(n), until);
    if (ended == detail::outgrown) {
        detail::throw_outgrown(this, n);
    }
    return ended;
}

bool semaphore_base::try_acquire_slow(std::ptrdiff_t n) noexcept
{
    return n == 0 || (n > 0 && detail::take_free(cell_, static_cast<std::uint64_t>(n)));
}

void semaphore_base::release_many(std::ptrdiff_t n)
{
    if (n < 0) {
        detail::throw_negative(this, "release", n);
    }
    if (n == 0) {
        return;
    }
    auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    for (;;) {
        if (n > word::out_of(now)) {  // also while somebody else's mistake is taken back: then none is out
            detail::throw_past_capacity(this, n, available(), capacity());
        }
        // E1 release: pairs with whoever takes these permits; relaxed: a lost race looks again
        if (cell_.state.compare_exchange_weak(now, now + word::release_of(n), std::memory_order_release,
                                              std::memory_order_relaxed)) {
            break;
        }
    }
    // from here on the semaphore may be gone
    detail::thread_context& me = platform::this_thread();
    if ((now & word::queued) != 0) {
        detail::visit(cell_, me);
    }
    if (me.slice_of == &cell_ && --me.slice_polls == 0) {
        detail::keep_slice(cell_, me);
    }
}

void semaphore_base::release_unless_full() noexcept
{
    auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    word::type next = 0;
    do {
        next = word::out_of(now) > 0 ? now + word::release_of(1) : now;
        // E1 release: pairs with whoever takes it, also if it was free already; relaxed: looks again
    } while (
        !cell_.state.compare_exchange_weak(now, next, std::memory_order_release, std::memory_order_relaxed));
    if ((now & word::queued) != 0) {
        detail::visit(cell_, platform::this_thread());
    }
}

void semaphore_base::release_slow(word::type now)
{
    const bool is_past_capacity = word::is_overfull(now);
    if (is_past_capacity) {
        // relaxed: nothing was released
        now = cell_.state.fetch_sub(word::release_of(1), std::memory_order_relaxed);
    }
    if ((now & word::queued) != 0) {
        detail::visit(cell_, platform::this_thread());
    }
    if (is_past_capacity) {
        detail::throw_past_capacity(this, 1, available(), capacity());
    }
}

void semaphore_base::keep_slice(detail::permit_cell* cell) noexcept
{
    detail::keep_slice(*cell, platform::this_thread());
}

std::ptrdiff_t semaphore_base::available() const noexcept
{
    // relaxed: a snapshot, old as soon as it is returned
    const auto out = word::out_of(cell_.state.load(std::memory_order_relaxed));
    return capacity() - std::max<std::ptrdiff_t>(out, 0);
}

std::ptrdiff_t semaphore_base::waiters() const noexcept
{
    return static_cast<std::ptrdiff_t>(detail::count_waiters(cell_));
}

std::ptrdiff_t semaphore_base::capacity() const noexcept
{
    return cell_.capacity.load(std::memory_order_relaxed);  // relaxed: a snapshot
}

}  // namespace thread

}  // namespace signalbox
