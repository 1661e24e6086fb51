// The waits and notifies of the condition variable that find somebody to wait for or to notify.
//
// Because      The whole protocol is in core/condition_waiting.hpp. Here is what surrounds it: whether the
//              caller may wait, its unlock, and its lock again if it was not notified. An error of that
//              lock leaves through here with `lock` open, as it then is.
// Checked by   tests/simulated/condition_pairs_test.cpp
#include <signalbox/condition_variable.hpp>

#include "core/condition_waiting.hpp"
#include "core/errors.hpp"

namespace signalbox {

inline namespace thread {

outcome condition_variable::wait_slow(lock_type& lock, const limit& until)
{
    const thread_id me = this_thread_id();
    if (!lock.owns_lock() || lock.mutex()->owner() != me) {
        detail::throw_not_locked(this, me.value());
    }
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    mutex& locked = *lock.mutex();
    detail::condition_call call{cell_, locked.cell_, me.value()};
    call.join();
    lock.unlock();
    const outcome ended = call.wait(platform::this_thread(), until);
    if (ended == outcome::acquired) {
        lock.release();
        lock = lock_type{locked, std::adopt_lock};
    } else {
        lock.lock();
    }
    return ended;
}

void condition_variable::notify_slow(std::uint64_t most) noexcept
{
    detail::notify(cell_, most);
}

}  // namespace thread

}  // namespace signalbox
