// A condition variable for the threads of one process: eight bytes; who is notified goes straight to the
// mutex.
//
// Invariant 1  A wait unlocks the mutex and begins to wait as one step: a notify that comes after it reaches
//              one of the threads that waited then, and only those. One that finds nobody is not remembered.
// Invariant 2  No notification is lost: a waiter that is notified in the moment in which its time is over, or
//              a stop is requested, reports that it was notified.
// Fairness     The thread that has waited longest is notified first. Notified threads queue for the mutex and
//              are woken one after another, as it becomes free for them; of those that notify_all() notifies
//              some are woken ahead of their turn, and may have the mutex before others of them.
// Lifetime     It may be destroyed as soon as all waiting threads were notified, although they may not yet
//              have returned from their waits: a wait that was notified does not touch it any more.
// Edges        None of its own: what a notifier did is visible to whom it notifies by the mutex alone.
// Checked by   tests/contract/condition_contract.hpp, tests/simulated/condition_pairs_test.cpp
// Source       The algorithm: src/core/condition_waiting.hpp
#pragma once

#include <chrono>
#include <concepts>
#include <condition_variable>  // std::cv_status
#include <cstdint>
#include <mutex>
#include <type_traits>
#include <utility>

#include <signalbox/config.hpp>
#include <signalbox/detail/condition_cell.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/stop.hpp>

namespace signalbox {

inline namespace thread {

using std::cv_status;

/// Meets what the standard says of std::condition_variable, and has the waits of std::condition_variable_any
/// that take a stop token. (std::condition_variable_any itself works with every mutex of this library.)
///
/// Every wait: the caller owns `lock`, which is unlocked meanwhile, and locked again when the wait returns,
/// however it ends. Waits without a predicate may in principle end although nobody notified; these do not.
/// Errors      std::system_error operation_not_permitted: the caller does not own `lock`; invalid_argument:
///             other threads wait with another mutex. Then nothing was unlocked.
/// Complexity  Two locks of a bucket, an unlock and at most two sleeps: one until it is notified and the
///             mutex is free, and one more if another thread takes the mutex first.
/// Threads     Any, but no signal handler. After fork(2) nobody waits in the child.
class condition_variable {
public:
    using lock_type = std::unique_lock<mutex>;

    constexpr condition_variable() noexcept = default;
    condition_variable(const condition_variable&) = delete;
    condition_variable& operator=(const condition_variable&) = delete;

    /// Lets the thread that has waited longest go on; nothing if nobody waits.
    /// Complexity  One load if nobody waits; otherwise two locks of a bucket, and a system call if the mutex
    ///             is free.
    void notify_one() noexcept { notify(1); }

    /// Lets all waiting threads go on, one after another as they get the mutex. Complexity: as notify_one(),
    /// and some steps for each of them; eight system calls at most.
    void notify_all() noexcept { notify(~std::uint64_t{0}); }

    /// Waits until it is notified.
    void wait(lock_type& lock) { static_cast<void>(wait_slow(lock, limit{})); }

    /// Waits until it is notified, within a limit (a duration, a time point, a stop token, or both).
    /// Returns  acquired if it was notified, otherwise timed_out or stopped. A stop that was requested before
    ///          ends it without unlocking the mutex.
    outcome wait(lock_type& lock, const limit& until) { return wait_slow(lock, until); }

    /// Waits until `is_so()`, which runs with the mutex locked.
    template <std::predicate Predicate>
    void wait(lock_type& lock, Predicate is_so)
    {
        while (!is_so()) {
            wait(lock);
        }
    }

    /// Waits until `is_so()`, within a limit.
    /// Returns  acquired exactly if `is_so()` at the end; otherwise timed_out or stopped.
    template <std::predicate Predicate>
    outcome wait(lock_type& lock, const limit& until, Predicate is_so)
    {
        while (!is_so()) {
            const outcome ended = wait_slow(lock, until);
            if (ended != outcome::acquired) {
                return is_so() ? outcome::acquired : ended;
            }
        }
        return outcome::acquired;
    }

    /// Waits until it is notified or the time is over. Zero or less: unlocks, and locks again.
    template <class Rep, class Period>
    cv_status wait_for(lock_type& lock, const std::chrono::duration<Rep, Period>& span)
    {
        return to_status(wait_slow(lock, limit{span}));
    }
    template <class Clock, class Duration>
    cv_status wait_until(lock_type& lock, const std::chrono::time_point<Clock, Duration>& when)
    {
        return to_status(wait_slow(lock, limit{when}));
    }

    /// Waits until `is_so()` or the time is over. Returns  What `is_so()` says at the end.
    template <class Rep, class Period, std::predicate Predicate>
    bool wait_for(lock_type& lock, const std::chrono::duration<Rep, Period>& span, Predicate is_so)
    {
        return is_acquired(wait(lock, limit{span}, std::move(is_so)));
    }
    template <class Clock, class Duration, std::predicate Predicate>
    bool wait_until(lock_type& lock, const std::chrono::time_point<Clock, Duration>& when, Predicate is_so)
    {
        return is_acquired(wait(lock, limit{when}, std::move(is_so)));
    }

    /// The same, and until a stop is requested. Returns  What `is_so()` says at the end.
    template <std::predicate Predicate>
    bool wait(lock_type& lock, platform::stop_token stop, Predicate is_so)
    {
        return is_acquired(wait(lock, limit{std::move(stop)}, std::move(is_so)));
    }
    template <class Rep, class Period, std::predicate Predicate>
    bool wait_for(lock_type& lock, platform::stop_token stop, const std::chrono::duration<Rep, Period>& span,
                  Predicate is_so)
    {
        return is_acquired(wait(lock, limit{span, std::move(stop)}, std::move(is_so)));
    }
    template <class Clock, class Duration, std::predicate Predicate>
    bool wait_until(lock_type& lock, platform::stop_token stop,
                    const std::chrono::time_point<Clock, Duration>& when, Predicate is_so)
    {
        return is_acquired(wait(lock, limit{when, std::move(stop)}, std::move(is_so)));
    }

private:
    static cv_status to_status(outcome ended) noexcept
    {
        return ended == outcome::acquired ? cv_status::no_timeout : cv_status::timeout;
    }

    void notify(std::uint64_t most) noexcept
    {
        // relaxed: a waiter that this must not miss has written it before it unlocked the mutex
        if (cell_.mutex.load(std::memory_order_relaxed) != nullptr) {
            notify_slow(most);
        }
    }

    SIGNALBOX_API outcome wait_slow(lock_type& lock, const limit& until);
    SIGNALBOX_API void notify_slow(std::uint64_t most) noexcept;

    detail::condition_cell cell_;
};

}  // namespace thread

}  // namespace signalbox
