// A mutex for the threads of one process: four bytes, and they say who owns it.
//
// Invariant 1  At most one thread owns it, and only the owner can unlock it: anybody else's attempt is an
//              error that names both, in every build, and changes nothing.
// Fairness     Threads may overtake those that are parked for a time slice (3 ms divided by the number of
//              parked threads, 40 us to 1 ms), then the oldest is called; once it is awake nobody overtakes
//              it.
// Lifetime     It may be destroyed as soon as nobody owns it and nobody is inside one of its functions,
//              except that an unlock() which has let another thread in never touches it again: who was let in
//              may destroy it.
// Edges        E1  unlock() -> lock(): what the owner did is visible to the next owner.
// Checked by   models/mutex.pml, tests/contract/mutex_contract.hpp, tests/simulated
// Source       The algorithm: src/core/waiting.hpp. The word: signalbox/detail/owner_word.hpp
#pragma once

#include <signalbox/config.hpp>
#include <signalbox/detail/call_site.hpp>
#include <signalbox/detail/owner_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/thread_id.hpp>

namespace signalbox {

inline namespace thread {

class condition_variable;

/// Not recursive. Meets Lockable and TimedLockable, so that std::lock_guard, std::unique_lock,
/// std::scoped_lock and std::condition_variable_any work with it. Any thread may call any function; none may
/// be called from a signal handler. After fork(2) the child's thread owns what it owned; what other threads
/// owned stays locked for ever.
class SIGNALBOX_CAPABILITY("mutex") mutex {
public:
    constexpr mutex() noexcept = default;
    mutex(const mutex&) = delete;
    mutex& operator=(const mutex&) = delete;

    /// Locks it; waits until it can.
    /// Errors      std::system_error resource_deadlock_would_occur: the caller owns it already.
    /// Complexity  One compare-and-swap if it is free; contended, some more and at most one sleep for each
    ///             slice.
    void lock(SIGNALBOX_SITE) SIGNALBOX_ACQUIRE()
    {
        if (!try_lock_fast()) {
            const detail::waiting_at here{at};
            lock_slow();
        }
        detail::owns(this, at);
    }

    /// Locks it within a limit (a duration, a time point, a stop token, or both).
    /// Returns  acquired, timed_out or stopped. A token that was stopped before fails even if the mutex is
    ///          free.
    /// Errors   As lock().
    outcome lock(const limit& until, SIGNALBOX_SITE) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return lock_noted(!until.is_stopped() && try_lock_fast(), until, at);
    }

    /// Locks it if it is free and not reserved for a thread that waits. Never fails otherwise; false for its
    /// owner.
    [[nodiscard]] bool try_lock(SIGNALBOX_SITE) noexcept SIGNALBOX_TRY_ACQUIRE(true)
    {
        const bool is_locked = try_lock_fast() || try_lock_slow();
        if (is_locked) {
            detail::owns(this, at);
        }
        return is_locked;
    }

    /// Locks it within a duration; zero or less: as try_lock(). Errors: as lock().
    template <class Rep, class Period>
    [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& span, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE(true)
    {
        return lock_noted(try_lock_fast(), span, at) == outcome::acquired;
    }

    /// Locks it before a point in time of any clock. Errors: as lock().
    template <class Clock, class Duration>
    [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& when, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE(true)
    {
        return lock_noted(try_lock_fast(), when, at) == outcome::acquired;
    }

    /// Unlocks it; calls or serves a thread that waits.
    /// Errors      std::system_error operation_not_permitted: the caller does not own it; it stays as it was.
    /// Complexity  One compare-and-swap; a system call at most once for each slice or parked thread.
    SIGNALBOX_NO_NULL_CHECK void unlock(SIGNALBOX_SITE) SIGNALBOX_RELEASE()
    {
        detail::disowns(this, at);
        detail::thread_context& me = platform::this_thread();
        detail::owner_word::type seen = me.id;
        // E1 release: pairs with the compare-and-swap in lock(); relaxed: unlock_slow() looks again
        if (!cell_.state.compare_exchange_strong(seen, 0, std::memory_order_release,
                                                 std::memory_order_relaxed)) {
            unlock_slow();
        }
        if (me.slice_of == &cell_ && --me.slice_polls == 0) {
            keep_slice(&cell_);  // by the address: the mutex may be gone
        }
    }

    /// Who owns it at this moment; thread_id::none if nobody does.
    [[nodiscard]] thread_id owner() const noexcept
    {
        // relaxed: it says who, and guards nothing
        return thread_id{detail::owner_word::owner_of(cell_.state.load(std::memory_order_relaxed))};
    }

private:
    friend class condition_variable;  // puts whom it notifies into the queue

    SIGNALBOX_NO_NULL_CHECK bool try_lock_fast() noexcept
    {
        const detail::owner_word::type id = platform::this_thread().id;
        detail::owner_word::type free = 0;
        // E1 acquire: pairs with unlock(); relaxed: a failure decides nothing
        return id != detail::thread_context::unregistered &&
               cell_.state.compare_exchange_strong(free, id, std::memory_order_acquire,
                                                   std::memory_order_relaxed);
    }

    // The slow half of a lock within a limit, made only if it is needed: a limit may read the clock.
    template <class Limit>
    outcome lock_noted(bool is_locked, const Limit& until, detail::site at)
    {
        outcome result = outcome::acquired;
        if (!is_locked) {
            const detail::waiting_at here{at};
            result = lock_slow(until);
        }
        if (result == outcome::acquired) {
            detail::owns(this, at);
        }
        return result;
    }

    SIGNALBOX_API void lock_slow();
    SIGNALBOX_API outcome lock_slow(const limit& until);
    SIGNALBOX_API bool try_lock_slow() noexcept;
    SIGNALBOX_API void unlock_slow();
    SIGNALBOX_API static void keep_slice(detail::owner_cell* cell) noexcept;

    detail::owner_cell cell_;
};

}  // namespace thread

}  // namespace signalbox
