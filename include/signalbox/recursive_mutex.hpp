// A mutex that its owner may lock again: a mutex, and how often it was locked beyond the first time.
//
// Invariant 1  The first lock and the last unlock are those of the mutex inside, with all that it promises.
// Invariant 2  `again_` is written by the owner alone, and is 0 whenever nobody owns the mutex.
// Because      The owner finds its own identity in the word, and nobody else can write it there: a load is
//              enough to lock again. A thread that is not the owner and reads `again_` at 0 is caught by the
//              mutex, at any other value by the comparison with the owner.
// Fairness     As signalbox/mutex.hpp; so are lifetime and edges.
// Checked by   tests/contract/recursive_mutex_contract.hpp, tests/contract/mutex_limit_contract.hpp,
//              tests/simulated
#pragma once

#include <chrono>
#include <cstdint>

#include <signalbox/mutex.hpp>

namespace signalbox {

inline namespace thread {

/// Drop-in for std::recursive_mutex and std::recursive_timed_mutex. As many unlocks as locks set it free. Any
/// thread may call any function; none may be called from a signal handler. After fork(2) the child's thread
/// owns what it owned.
class SIGNALBOX_REENTRANT_CAPABILITY("mutex") recursive_mutex {
public:
    constexpr recursive_mutex() noexcept = default;
    recursive_mutex(const recursive_mutex&) = delete;
    recursive_mutex& operator=(const recursive_mutex&) = delete;

    /// How often one thread can lock it.
    [[nodiscard]] static constexpr std::uint32_t max_depth() noexcept { return (std::uint32_t{1} << 24) - 1; }

    /// Locks it; waits until it can, unless the caller owns it: then it is locked once more.
    /// Errors      std::system_error value_too_large: the caller has locked it max_depth() times; it stays as
    ///             it was.
    /// Complexity  As mutex::lock(); for its owner a load and a store.
    void lock(SIGNALBOX_SITE) SIGNALBOX_ACQUIRE() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        if (!is_mine()) {
            first_.lock(at);
        } else if (!lock_again()) {
            throw_too_deep();
        }
    }

    /// Locks it within a limit (a duration, a time point, a stop token, or both).
    /// Returns  acquired, timed_out or stopped. A token that was stopped before fails even if the mutex is
    ///          free or the caller's own.
    /// Errors   As lock().
    outcome lock(const limit& until, SIGNALBOX_SITE) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        if (!is_mine()) {
            return first_.lock(until, at);
        }
        if (until.is_stopped()) {
            return outcome::stopped;
        }
        lock(at);
        return outcome::acquired;
    }

    /// Locks it if it is free and not reserved for a thread that waits, or if the caller owns it. False for
    /// an owner that has locked it max_depth() times.
    [[nodiscard]] bool try_lock(SIGNALBOX_SITE) noexcept SIGNALBOX_TRY_ACQUIRE(true)
        SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return is_mine() ? lock_again() : first_.try_lock(at);
    }

    /// Locks it within a duration; zero or less: as try_lock(). Errors: as lock().
    template <class Rep, class Period>
    [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& span, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE(true) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return is_mine() ? lock(limit{}, at) == outcome::acquired : first_.try_lock_for(span, at);
    }

    /// Locks it before a point in time of any clock. Errors: as lock().
    template <class Clock, class Duration>
    [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& when, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE(true) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return is_mine() ? lock(limit{}, at) == outcome::acquired : first_.try_lock_until(when, at);
    }

    /// Takes back one lock; the last one unlocks it, and calls or serves a thread that waits.
    /// Errors      std::system_error operation_not_permitted: the caller does not own it; it stays as it was.
    /// Complexity  As mutex::unlock(); a load and a store if it was locked more often.
    void unlock(SIGNALBOX_SITE) SIGNALBOX_RELEASE() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        const std::uint32_t again = again_.load(std::memory_order_relaxed);  // relaxed: the owner's own
        if (again == 0 || !is_mine()) {
            first_.unlock(at);  // throws for everybody but the owner
        } else {
            again_.store(again - 1, std::memory_order_relaxed);  // relaxed: as above
        }
    }

    /// Who owns it at this moment; thread_id::none if nobody does.
    [[nodiscard]] thread_id owner() const noexcept { return first_.owner(); }

    /// How often the caller has locked it and not unlocked it; 0 if it is not the owner.
    [[nodiscard]] std::uint32_t depth() const noexcept
    {
        return is_mine() ? again_.load(std::memory_order_relaxed) + 1 : 0;  // relaxed: the owner's own
    }

private:
    [[nodiscard]] bool is_mine() const noexcept
    {
        return first_.owner().value() == platform::this_thread().id;
    }

    bool lock_again() noexcept
    {
        const std::uint32_t again = again_.load(std::memory_order_relaxed);  // relaxed: the owner's own
        if (again + 1 >= max_depth()) {
            return false;
        }
        again_.store(again + 1, std::memory_order_relaxed);  // relaxed: as above
        return true;
    }

    [[noreturn]] SIGNALBOX_API void throw_too_deep() const;

    mutex first_;
    platform::atomic<std::uint32_t> again_{0};
};

}  // namespace thread

}  // namespace signalbox
