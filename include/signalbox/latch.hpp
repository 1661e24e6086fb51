// A latch: it opens, for good, when it was counted down as often as it was made for. Drop-in for std::latch.
//
// Lifetime     It may be destroyed as soon as nobody is inside one of its functions, except that a
//              count_down() never touches it after the count that let another thread through: who has waited
//              may destroy it at once.
// Edges        E1  count_down() -> wait(): what came before any count_down() is visible to who has waited.
// Checked by   tests/thread/latch_test.cpp, tests/simulated/gates_test.cpp
// Source       [thread.latch]. The algorithm: src/core/gate.hpp. The word: signalbox/detail/latch_word.hpp
#pragma once

#include <cstddef>

#include <signalbox/config.hpp>
#include <signalbox/detail/latch_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

inline namespace thread {

/// Eight bytes. Any thread may call any function; none that waits may be called from a signal handler.
class latch {
public:
    /// The most that a latch can be made with: 2^47 - 1.
    [[nodiscard]] static constexpr std::ptrdiff_t max() noexcept { return word::most; }

    /// Opens after `expected` counts.
    /// Errors      std::system_error invalid_argument unless 0 <= expected <= max().
    explicit constexpr latch(std::ptrdiff_t expected) : cell_{word::make(checked(expected))} {}
    latch(const latch&) = delete;
    latch& operator=(const latch&) = delete;

    /// Counts down by `n`, and lets everybody through when nothing is left.
    /// Errors      std::system_error value_too_large: fewer than n are left; invalid_argument: n < 0. Nothing
    ///             has changed then.
    /// Complexity  One fetch-and-subtract (n != 1: a compare-and-swap); the last wakes each parked thread.
    void count_down(std::ptrdiff_t n = 1)
    {
        if (n != 1) {
            return count_down_many(n);
        }
        // E1 release: pairs with whoever finds it open
        const auto before = cell_.state.fetch_sub(word::one, std::memory_order_release);
        if (word::pending_of(before) <= 1) {
            after_last(&cell_, before);
        }
    }

    /// Whether it is open. Never false when it is.
    [[nodiscard]] bool try_wait() const noexcept
    {
        return word::is_open(
            cell_.state.load(std::memory_order_acquire));  // E1 acquire: pairs with the counts
    }

    /// Waits until it is open.
    /// Errors      std::system_error resource_unavailable_try_again: see this_thread_id().
    /// Complexity  One load if it is open; else mostly one sleep.
    void wait() const
    {
        if (!try_wait()) {
            static_cast<void>(wait_slow(limit{}));
        }
    }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired, timed_out or stopped; stopped, even if it is open, if it was stopped before.
    outcome wait(const limit& until) const
    {
        return !until.is_stopped() && try_wait() ? outcome::acquired : wait_slow(until);
    }

    /// Counts down, then waits. It has counted, however the wait ends. Errors: those of count_down().
    void arrive_and_wait(std::ptrdiff_t n = 1)
    {
        count_down(n);
        wait();
    }
    outcome arrive_and_wait(std::ptrdiff_t n, const limit& until)
    {
        count_down(n);
        return wait(until);
    }

    /// How many threads stand in the queue at this moment. Complexity: takes the lock of one bucket.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t waiters() const noexcept;

private:
    using word = detail::latch_word;

    static constexpr std::ptrdiff_t checked(std::ptrdiff_t expected)
    {
        if (expected < 0 || expected > max()) {
            reject(expected);
        }
        return expected;
    }

    [[noreturn]] SIGNALBOX_API static void reject(std::ptrdiff_t expected);
    SIGNALBOX_API void count_down_many(std::ptrdiff_t n);
    SIGNALBOX_API static void after_last(detail::latch_cell* cell, word::type before);
    SIGNALBOX_API outcome wait_slow(const limit& until) const;

    mutable detail::latch_cell cell_;
};

}  // namespace thread

}  // namespace signalbox
