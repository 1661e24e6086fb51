// Events: one thread says that something has happened, others wait for it.
//
// event            manual reset: set() lets everybody through until reset().
// auto_reset_event a binary semaphore whose set() never overflows: one set() lets one wait() through.
//
// Invariant 1  A wait() that began before a set() ends, also if a reset() follows at once.
// Lifetime     It may be destroyed as soon as nobody is inside one of its functions, except that a set()
//              which has let another thread through never touches it again: who was let through may destroy
//              it.
// Edges        E1  set() -> wait(): what came before any set() that a wait finds is visible after it.
// Checked by   tests/thread/event_test.cpp, tests/simulated/gates_test.cpp
// Source       The algorithm: src/core/gate.hpp. The word: signalbox/detail/event_word.hpp
#pragma once

#include <signalbox/config.hpp>
#include <signalbox/detail/event_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/semaphore.hpp>

namespace signalbox {

inline namespace thread {

/// Four bytes. Any thread may call any function; none that waits may be called from a signal handler.
class event {
public:
    constexpr event() noexcept = default;
    constexpr explicit event(bool is_set) noexcept : cell_{is_set ? word::set : 0} {}
    event(const event&) = delete;
    event& operator=(const event&) = delete;

    /// Lets everybody through who waits or will wait, until reset(). An event that is set stays set.
    /// Complexity  One compare-and-swap; a wake-up for each thread that is parked.
    void set() noexcept
    {
        auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
        // E1 release: pairs with whoever finds it set; relaxed: a lost race looks again
        while (!cell_.state.compare_exchange_weak(now, word::after_set(now), std::memory_order_release,
                                                  std::memory_order_relaxed)) {
        }
        if ((now & word::queued) != 0) {
            let_through(&cell_);  // by the address: the event may be gone
        }
    }

    /// Makes the next wait() wait. Returns whether the event was set.
    bool reset() noexcept
    {
        // E1 acquire: pairs with set()
        return word::is_set(cell_.state.fetch_and(~word::set, std::memory_order_acquire));
    }

    /// Whether it is set at this moment. try_wait() is the same, by another name.
    [[nodiscard]] bool is_set() const noexcept { return word::is_set(look()); }
    [[nodiscard]] bool try_wait() const noexcept { return is_set(); }

    /// Waits until it is set.
    /// Errors      std::system_error resource_unavailable_try_again: see this_thread_id().
    /// Complexity  One load if it is set; else mostly one sleep.
    void wait() const
    {
        if (const word::type now = look(); !word::is_set(now)) {
            static_cast<void>(wait_slow(now, limit{}));
        }
    }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired, timed_out or stopped; stopped, even if it is set, if it was stopped before.
    outcome wait(const limit& until) const
    {
        const word::type now = look();
        return !until.is_stopped() && word::is_set(now) ? outcome::acquired : wait_slow(now, until);
    }
    template <class Rep, class Period>
    [[nodiscard]] bool wait_for(const std::chrono::duration<Rep, Period>& span) const
    {
        const word::type now = look();
        return word::is_set(now) || is_acquired(wait_slow(now, limit{span}));
    }
    template <class Clock, class Duration>
    [[nodiscard]] bool wait_until(const std::chrono::time_point<Clock, Duration>& when) const
    {
        const word::type now = look();
        return word::is_set(now) || is_acquired(wait_slow(now, limit{when}));
    }

    /// How many threads stand in the queue at this moment. Complexity: takes the lock of one bucket.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t waiters() const noexcept;

private:
    using word = detail::event_word;

    word::type look() const noexcept
    {
        return cell_.state.load(std::memory_order_acquire);  // E1 acquire: pairs with set()
    }

    SIGNALBOX_API outcome wait_slow(word::type before, const limit& until) const;
    SIGNALBOX_API static void let_through(detail::event_cell* cell) noexcept;

    mutable detail::event_cell cell_{};
};

/// Sixteen bytes. Fairness: as semaphore. Any thread may call any function.
class auto_reset_event : private semaphore_base {
public:
    constexpr auto_reset_event() : auto_reset_event(false) {}
    constexpr explicit auto_reset_event(bool is_set) : semaphore_base{is_set ? 1 : 0, 1, 1, fairness::bounded}
    {
    }

    /// Lets one thread through: the next that waits, or that waits already. Does nothing if it is set.
    /// Complexity  One compare-and-swap; at most one wake-up.
    void set() noexcept { release_unless_full(); }

    /// Makes it unset. Returns whether it was set: then no wait() got that set().
    bool reset() noexcept { return try_acquire(); }

    /// Whether it is set at this moment.
    [[nodiscard]] bool is_set() const noexcept { return available() > 0; }

    /// Waits until it is set, and unsets it. Returns and errors: as semaphore::acquire().
    void wait() { acquire(); }
    outcome wait(const limit& until) { return acquire(1, until); }
    [[nodiscard]] bool try_wait() noexcept { return try_acquire(); }
    template <class Rep, class Period>
    [[nodiscard]] bool wait_for(const std::chrono::duration<Rep, Period>& span)
    {
        return try_acquire_for(span);
    }
    template <class Clock, class Duration>
    [[nodiscard]] bool wait_until(const std::chrono::time_point<Clock, Duration>& when)
    {
        return try_acquire_until(when);
    }

    using semaphore_base::waiters;
};

}  // namespace thread

}  // namespace signalbox
