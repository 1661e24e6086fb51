// A counting semaphore for the threads of one process: take a permit, or wait until somebody releases one.
//
// Invariant 1  A permit is available or out, never both: capacity() == available() + what is out. A capacity
//              below what is out leaves a debt: available() < 0 until permits come back.
// Fairness     bounded: threads may overtake those that are parked for a time slice (mutex.hpp says how
//              long), but not a thread that was woken, nor a request for several permits that stands first.
//              fifo: strictly in order of arrival, large requests included; slower under contention.
// Lifetime     It may be destroyed as soon as nobody is inside one of its functions, except that a release()
//              which has let another thread in never touches it again: who was let in may destroy it.
// Edges        E1  release() -> acquire(): what came before a release is visible to who gets its permits.
//              E2  resize() -> acquire(): who finds the word that a resize left finds its capacity too.
// Checked by   models/semaphore.pml, tests/contract/semaphore_contract.hpp, tests/simulated
// Source       Dijkstra, EWD 123, 1965. The algorithm: src/core/waiting.hpp. The word: detail/permit_word.hpp
#pragma once

#include <cstddef>

#include <signalbox/config.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/semaphore_options.hpp>

namespace signalbox {

inline namespace thread {

/// What all counting semaphores have in common. No owner: any thread may release what another acquired.
/// Any thread may call any function; none that waits may be called from a signal handler.
/// In all of them n == 0 does nothing and succeeds, and n < 0 throws std::system_error invalid_argument.
class semaphore_base {
public:
    semaphore_base(const semaphore_base&) = delete;
    semaphore_base& operator=(const semaphore_base&) = delete;

    /// Takes `n` permits, all at once or none; waits until it can.
    /// Errors      std::system_error invalid_argument: n is more than the capacity, or a resize() made it so
    ///             meanwhile: it can never succeed; operation_canceled: it was closed, before or meanwhile.
    /// Complexity  One compare-and-swap if they are available; contended, some more and mostly one sleep.
    void acquire(std::ptrdiff_t n = 1)
    {
        if (!take_fast(n)) {
            acquire_slow(n);
        }
    }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns  acquired, timed_out, stopped or closed; even if permits are available, stopped if it was
    ///          stopped before, and closed if it was closed.  Errors: invalid_argument, as above.
    outcome acquire(std::ptrdiff_t n, const limit& until)
    {
        return !until.is_stopped() && take_fast(n) ? outcome::acquired : acquire_slow(n, until);
    }

    /// Takes `n` permits if they are available and not reserved for a thread that waits; never fails then.
    /// False also for n < 0, for n > capacity() and when closed.  Complexity  A failure is one load.
    [[nodiscard]] bool try_acquire(std::ptrdiff_t n = 1) noexcept
    {
        using word = detail::permit_word;
        // relaxed: the compare-and-swap decides
        const word::type now = cell_.state.load(std::memory_order_relaxed);
        const bool fails_plainly =
            n == 1 && (now & (word::reserved | word::out_sign)) == 0 && !cell_.can_take(now, 1);
        return !fails_plainly && (take_fast(n) || try_acquire_slow(n));
    }

    /// Takes `n` permits within a duration, or before a point of any clock. Errors: as acquire().
    template <class Rep, class Period>
    [[nodiscard]] bool try_acquire_for(const std::chrono::duration<Rep, Period>& span, std::ptrdiff_t n = 1)
    {
        return take_fast(n) || acquire_slow(n, limit{span}) == outcome::acquired;
    }

    template <class Clock, class Duration>
    [[nodiscard]] bool try_acquire_until(const std::chrono::time_point<Clock, Duration>& when,
                                         std::ptrdiff_t n = 1)
    {
        return take_fast(n) || acquire_slow(n, limit{when}) == outcome::acquired;
    }

    /// Gives back `n` permits, or new ones; wakes at most as many threads.
    /// Errors      std::system_error value_too_large: it would go past the capacity; nothing has changed.
    /// Complexity  One fetch-and-add (n != 1: a compare-and-swap); a system call for each thread it wakes.
    SIGNALBOX_NO_NULL_CHECK void release(std::ptrdiff_t n = 1)
    {
        using word = detail::permit_word;
        if (n != 1) {
            return release_many(n);
        }
        constexpr word::type change = word::release_of(1);
        // E1 release: pairs with whoever takes this permit
        const word::type now = cell_.state.fetch_add(change, std::memory_order_release) + change;
        detail::thread_context& me = platform::this_thread();
        if ((now & (word::queued | word::out_sign)) != 0) {
            release_slow(now);
        }
        if (me.slice_of == &cell_ && --me.slice_polls == 0) {
            keep_slice(&cell_);  // by the address: the semaphore may be gone
        }
    }

    /// The textbook's names for the two operations.
    void wait(std::ptrdiff_t n = 1) { acquire(n); }
    outcome wait(std::ptrdiff_t n, const limit& until) { return acquire(n, until); }
    void signal(std::ptrdiff_t n = 1) { release(n); }

    /// Ends every wait, now and later, for good, with outcome::closed or, where there is no limit, an
    /// exception. What is out stays valid and may be released. Complexity: a wake-up for each waiter.
    SIGNALBOX_API void close() noexcept;
    [[nodiscard]] SIGNALBOX_API bool is_closed() const noexcept;
    /// How many permits are free at this moment; below 0 by as many as are out beyond the capacity.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t available() const noexcept;
    /// How many threads stand in the queue. Complexity: takes the lock of one bucket.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t waiters() const noexcept;
    /// How many permits there are when all are free.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t capacity() const noexcept;

protected:
    constexpr semaphore_base(std::ptrdiff_t initial, std::ptrdiff_t capacity, std::ptrdiff_t most,
                             fairness order)
        : cell_{detail::permit_word::make(checked(initial, capacity, most), order == fairness::fifo),
                capacity}
    {
    }
    ~semaphore_base() = default;

    SIGNALBOX_API void take_name(std::string_view name);
    SIGNALBOX_API void release_unless_full() noexcept;
    SIGNALBOX_API void resize_within(std::ptrdiff_t capacity, std::ptrdiff_t most);

private:
    static constexpr std::int64_t checked(std::ptrdiff_t initial, std::ptrdiff_t capacity,
                                          std::ptrdiff_t most)
    {
        if (initial < 0 || capacity < initial || capacity > most) {
            reject(initial, capacity, most);
        }
        return capacity - initial;  // what is out at first
    }

    // One attempt without the queue; n <= 0 and every doubt are left to the slow path.
    bool take_fast(std::ptrdiff_t n) noexcept
    {
        using word = detail::permit_word;
        word::type now = cell_.state.load(std::memory_order_acquire);  // E2 acquire: pairs with resize()
        // E1 acquire: pairs with release(); relaxed: the slow path looks again
        return n > 0 && (now & (word::queued | word::reserved)) == 0 &&
               cell_.can_take(now, static_cast<std::uint64_t>(n)) &&
               cell_.state.compare_exchange_strong(now, word::take(now, n), std::memory_order_acquire,
                                                   std::memory_order_relaxed);
    }

    [[noreturn]] SIGNALBOX_API static void reject(std::int64_t initial, std::int64_t size, std::int64_t most);
    SIGNALBOX_API void acquire_slow(std::ptrdiff_t n);
    SIGNALBOX_API outcome acquire_slow(std::ptrdiff_t n, const limit& until);
    SIGNALBOX_API bool try_acquire_slow(std::ptrdiff_t n) noexcept;
    SIGNALBOX_API void release_many(std::ptrdiff_t n);
    SIGNALBOX_API void release_slow(detail::permit_word::type now);
    SIGNALBOX_API static void keep_slice(detail::permit_cell* cell) noexcept;

    detail::permit_cell cell_;
};

/// Drop-in for std::counting_semaphore. Its capacity is max() unless the options say less.
template <std::ptrdiff_t LeastMax = detail::permit_word::most>
class counting_semaphore : public semaphore_base {
    static_assert(LeastMax >= 0, "a semaphore can't have a negative number of permits");
    static_assert(LeastMax <= detail::permit_word::most, "LeastMax is too large: at most 2^39 - 1, or none");

public:
    /// The most permits that a semaphore of this type can have.
    [[nodiscard]] static constexpr std::ptrdiff_t max() noexcept { return LeastMax; }

    /// `initial` permits are available. Errors: invalid_argument unless 0 <= initial <= max().
    explicit constexpr counting_semaphore(std::ptrdiff_t initial)
        : semaphore_base{initial, max(), max(), thread::fairness::bounded}
    {
    }

    /// The same with options. Errors: invalid_argument unless 0 <= initial <= options.capacity <= max().
    counting_semaphore(std::ptrdiff_t initial, const semaphore_options& options)
        : semaphore_base{initial, options.capacity == semaphore_options::unlimited ? max() : options.capacity,
                         max(), options.fairness}
    {
        take_name(options.name);
    }

    /// Changes the capacity. More: the new permits go to those who wait, at once. Less: what is out beyond it
    /// is a debt, and nobody is let in until it came back; waits for more than `capacity` are refused.
    /// Errors      std::system_error invalid_argument unless 0 <= capacity <= max(); nothing changes.
    void resize(std::ptrdiff_t capacity) { resize_within(capacity, max()); }
};

using semaphore = counting_semaphore<>;
using binary_semaphore = counting_semaphore<1>;

}  // namespace thread

}  // namespace signalbox
