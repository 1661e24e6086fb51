// The contended half of the mutex: how its word changes when the two compare-and-swaps of the header fail.
//
//   found                    unlock writes                          then
//   owner                    free                                   (the header's fast path)
//   owner + spinning         free, one more release counted         nothing: the spinner takes it
//   owner + queued           free, under the bucket's lock          calls the first waiter, or starts a slice
//   owner + reserved         free, under the bucket's lock          the first waiter is made the owner
//   anything without owner   nothing                                throws
//
// Edges        E1  unlock() -> lock(): as in mutex.hpp.
// Checked by   models/mutex.pml, tests/simulated
#include <signalbox/mutex.hpp>

#include <system_error>

#include "core/errors.hpp"
#include "core/waiting.hpp"

namespace signalbox {

inline namespace thread {

using word = detail::owner_word;

void mutex::lock_slow()
{
    static_cast<void>(lock_slow(limit{}));
}

outcome mutex::lock_slow(const limit& until)
{
    const std::uint32_t id = detail::identity_of(platform::this_thread());
    // relaxed: only the owner writes its own identity here
    if (word::owner_of(cell_.state.load(std::memory_order_relaxed)) == id) {
        detail::throw_already_owned(this, id);
    }
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    return detail::acquire(cell_, id, until);
}

bool mutex::try_lock_slow() noexcept
{
    detail::thread_context& me = platform::this_thread();
    try {
        return detail::take_free(cell_, detail::identity_of(me));
    } catch (const std::system_error&) {
        return false;  // no identity for one thread more
    }
}

void mutex::unlock_slow()
{
    detail::thread_context& me = platform::this_thread();
    auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the owner's own word
    if (word::owner_of(now) != me.id) {
        const bool is_known = me.id != detail::thread_context::unregistered;
        detail::throw_not_owner(this, word::owner_of(now), is_known ? me.id : this_thread_id().value());
    }
    while ((now & word::queued) == 0) {
        // E1 release: pairs with whoever takes it; relaxed: a lost race looks again
        if (cell_.state.compare_exchange_weak(now, word::give(now), std::memory_order_release,
                                              std::memory_order_relaxed)) {
            return;
        }
    }
    detail::release_and_visit(cell_, me, [&](word::type forget) noexcept {
        // E1 release: pairs with whoever takes it; relaxed: a lost race looks again
        while (!cell_.state.compare_exchange_weak(now, word::give(now) & ~forget, std::memory_order_release,
                                                  std::memory_order_relaxed)) {
        }
    });
}

void mutex::keep_slice(detail::owner_cell* cell) noexcept
{
    detail::keep_slice(*cell, platform::this_thread());
}

}  // namespace thread

}  // namespace signalbox
