// A barrier: in each phase everybody waits until all have arrived. Drop-in for std::barrier, and more.
//
// Invariant 1  A phase ends exactly when as many have arrived as it expects, after the completion function
//              has run, once, on the thread that arrived last.
// Because      A completion function that throws must not leave the others waiting for ever: the phase ends
//              all the same, and the exception goes to who called it, out of arrive(), arrive_and_wait() or
//              arrive_and_drop(). (std::barrier does not compile with one that may throw.)
// Lifetime     It may be destroyed as soon as nobody is inside one of its functions, except that an arrival
//              never touches it after it has let another thread through.
// Edges        E1  arrive() -> completion: what came before the arrivals is visible to the completion.
//              E2  completion -> wait(): what it did, and what came before it, is visible after the wait.
// Checked by   tests/thread/barrier_test.cpp, tests/simulated/barrier_test.cpp
// Source       [thread.barrier]. The algorithm: src/core/gate.hpp. The word: detail/barrier_word.hpp
#pragma once

#include <cstddef>
#include <utility>

#include <signalbox/config.hpp>
#include <signalbox/detail/barrier_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

inline namespace thread {

/// What all barriers have in common. Any thread may call any function, and arrive for others; none that waits
/// may be called from a signal handler.
class barrier_base {
public:
    /// The phase in which somebody arrived.
    class [[nodiscard]] arrival_token {
        friend class barrier_base;
        explicit arrival_token(std::uint64_t phase) noexcept : phase_{phase} {}
        std::uint64_t phase_;
    };

    /// The most threads that can be expected: 2^22 - 1, as many as there can be.
    [[nodiscard]] static constexpr std::ptrdiff_t max() noexcept { return word::most; }

    barrier_base(const barrier_base&) = delete;
    barrier_base& operator=(const barrier_base&) = delete;

    /// Whether the phase of `token` has ended.
    [[nodiscard]] bool try_wait(const arrival_token& token) const noexcept
    {
        // E2 acquire: pairs with the end of the phase
        return word::is_open(cell_.state.load(std::memory_order_acquire), token.phase_);
    }

    /// Waits until the phase of `token`, this one or the one before, has ended.
    /// Errors      std::system_error resource_unavailable_try_again: see this_thread_id().
    /// Complexity  One load if it has; else mostly one sleep.
    void wait(arrival_token&& token) const { static_cast<void>(wait(token, limit{})); }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired, timed_out or stopped; the token can be waited with again.
    outcome wait(const arrival_token& token, const limit& until) const
    {
        return !until.is_stopped() && try_wait(token) ? outcome::acquired : wait_slow(token.phase_, until);
    }

    /// How many threads stand in the queue at this moment. Complexity: takes the lock of one bucket.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t waiters() const noexcept;

protected:
    using word = detail::barrier_word;

    explicit constexpr barrier_base(std::ptrdiff_t expected) : cell_{word::make(checked(expected))} {}
    ~barrier_base() = default;

    /// Counts `n` arrivals. Returns whether nobody is missing any more: then the caller ends the phase.
    bool count(std::ptrdiff_t n, std::ptrdiff_t dropped, word::type& before)
    {
        before = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
        do {
            if (n <= 0 || n > word::pending_of(before)) {
                reject_arrival(n, before);
            }
            // E1 acq_rel: pairs with the last arrival, which is one of these; relaxed: a lost race looks
            // again
        } while (!cell_.state.compare_exchange_weak(before, word::arrive(before, n, dropped),
                                                    std::memory_order_acq_rel, std::memory_order_relaxed));
        return word::pending_of(before) == n;
    }

    static arrival_token token_of(word::type before) noexcept
    {
        return arrival_token{word::phase_of(before)};
    }

    /// Ends the phase, also when the completion throws.
    struct phase_end {
        barrier_base& base;
        ~phase_end()
        {
            auto& state = base.cell_.state;
            auto now = state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
            // E2 release: pairs with whoever waits; relaxed: a lost race looks again
            while (!state.compare_exchange_weak(now, word::advance(now), std::memory_order_release,
                                                std::memory_order_relaxed)) {
            }
            if ((now & word::queued) != 0) {
                let_through(&base.cell_);  // by the address: the barrier may be gone
            }
        }
    };

private:
    static constexpr std::ptrdiff_t checked(std::ptrdiff_t expected)
    {
        if (expected < 0 || expected > max()) {
            reject(expected);
        }
        return expected;
    }

    [[noreturn]] SIGNALBOX_API static void reject(std::ptrdiff_t expected);
    [[noreturn]] SIGNALBOX_API void reject_arrival(std::ptrdiff_t n, word::type now) const;
    SIGNALBOX_API static void let_through(detail::barrier_cell* cell) noexcept;
    SIGNALBOX_API outcome wait_slow(std::uint64_t phase, const limit& until) const;

    mutable detail::barrier_cell cell_;
};

/// The completion function that does nothing.
struct no_completion {
    constexpr void operator()() const noexcept {}
};

/// Eight bytes, and the completion function.
template <class CompletionFunction = no_completion>
class barrier : public barrier_base {
public:
    /// `expected` threads take part. Errors: std::system_error invalid_argument unless 0 <= it <= max().
    explicit constexpr barrier(std::ptrdiff_t expected, CompletionFunction completion = CompletionFunction())
        : barrier_base{expected}, completion_{std::move(completion)}
    {
    }

    /// Arrives, `n` times, and doesn't wait. Returns what wait() takes.
    /// Errors      std::system_error value_too_large: fewer than n are missing; invalid_argument: n <= 0.
    ///             Nothing has changed then. Those of the completion: the phase has ended then.
    /// Complexity  One compare-and-swap, the last arrival two; it wakes each parked thread.
    arrival_token arrive(std::ptrdiff_t n = 1) { return token_of(arrive_as(n, 0)); }

    /// Arrives and waits. Errors: those of arrive() and wait().
    void arrive_and_wait() { wait(arrive()); }

    /// The same within a limit. It has arrived, however the wait ends: it does not hold the others up.
    outcome arrive_and_wait(const limit& until) { return wait(arrive(), until); }

    /// Arrives for this phase, and is not expected in later ones. Errors: those of arrive().
    void arrive_and_drop() { arrive_as(1, 1); }

private:
    word::type arrive_as(std::ptrdiff_t n, std::ptrdiff_t dropped)
    {
        word::type before = 0;
        if (count(n, dropped, before)) {
            const phase_end end{*this};
            completion_();
        }
        return before;
    }

    [[no_unique_address]] CompletionFunction completion_;
};

}  // namespace thread

}  // namespace signalbox
