// A mutex that many may read under, or one write: eight bytes, and they say who writes and how many read.
//
// Invariant 1  One thread writes and nobody reads, or any number read, one of them perhaps for upgrade
//              (upgradable.hpp).
// Fairness     Phase-fair: readers and writers take turns, so that neither starves the other. A reader that
//              comes while a writer is parked until readers leave queues behind that writer, and gets in with
//              all other waiting readers when the writer leaves. Within a time slice (mutex.hpp says how
//              long) those that run may overtake those that are parked; and a reader that has to wait may get
//              in past the queue, while it is not reserved, for the moment that it takes before it parks.
//              A thread that reads and then reads again while a writer waits, waits for that writer, which
//              waits for it, as under every lock that starves no writer. With a limit it times out.
// Lifetime     It may be destroyed as soon as nobody holds it and nobody is inside one of its functions,
//              except that an unlock which has let another thread in never touches it again: who was let in
//              may destroy it.
// Edges        E1  any unlock -> a later lock, shared or not: what was done before it is visible after.
// Checked by   tests/contract/shared_mutex_contract.hpp, tests/contract/mutex_contract.hpp, tests/simulated
// Source       The algorithm: src/core/waiting.hpp, src/core/phases.hpp. The word: detail/shared_word.hpp
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <signalbox/platform/this_thread.hpp>
#include <signalbox/thread_id.hpp>
#include <signalbox/upgradable.hpp>

namespace signalbox {

inline namespace thread {

/// Drop-in for std::shared_mutex and std::shared_timed_mutex, and boost::upgrade_mutex. Any thread may call
/// any function; none may be called from a signal handler. After fork(2) the child's thread holds what it
/// held. Errors  std::system_error. resource_deadlock_would_occur: the caller of a lock writes, or holds it
/// for
///         upgrade. operation_not_permitted: the caller of an unlock does not hold it so. Both name the
///         caller and the holder, and change nothing. Readers are counted but not known: an unlock_shared()
///         by a thread that does not read is found only if nobody does.
class SIGNALBOX_CAPABILITY("shared_mutex") shared_mutex : public upgradable {
public:
    constexpr shared_mutex() noexcept = default;

    /// To write. Waits until nobody else holds it.
    /// Complexity  One compare-and-swap if it is free; contended, some more and mostly one sleep.
    void lock(SIGNALBOX_SITE) SIGNALBOX_ACQUIRE() { take_noted(mode::exclusive, try_lock_fast(), at); }

    /// Within a limit (a duration, a time point, a stop token, or both).
    /// Returns  acquired, timed_out or stopped. A token that was stopped before fails even if it is free.
    outcome lock(const limit& until, SIGNALBOX_SITE) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return take_noted(mode::exclusive, !until.is_stopped() && try_lock_fast(), until, at);
    }

    /// If it is free and not reserved for a thread that waits. Never fails otherwise; false for who holds it.
    [[nodiscard]] bool try_lock(SIGNALBOX_SITE) noexcept SIGNALBOX_TRY_ACQUIRE(true)
    {
        return noted(mode::exclusive, try_lock_fast() || try_take(mode::exclusive), at);
    }

    /// Within a duration; zero or less: as try_lock(), but throws for who holds it.
    template <class Rep, class Period>
    [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& span, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE(true)
    {
        return take_noted(mode::exclusive, try_lock_fast(), span, at) == outcome::acquired;
    }

    /// Before a point in time of any clock.
    template <class Clock, class Duration>
    [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& when, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE(true)
    {
        return take_noted(mode::exclusive, try_lock_fast(), when, at) == outcome::acquired;
    }

    /// Lets in the next writer, or all the readers whose turn it is.
    /// Complexity  One compare-and-swap; a system call for each thread that it wakes.
    SIGNALBOX_NO_NULL_CHECK void unlock(SIGNALBOX_SITE) SIGNALBOX_RELEASE()
    {
        detail::disowns(this, at);
        detail::thread_context& me = platform::this_thread();
        word::type seen = word::written_by(me.id);
        // E1 release: pairs with whoever takes it; relaxed: unlock_slow() looks again
        if (!cell_.state.compare_exchange_strong(seen, 0, std::memory_order_release,
                                                 std::memory_order_relaxed)) {
            unlock_slow();
        }
        if (me.slice_of == &cell_ && --me.slice_polls == 0) {
            keep_slice(&cell_);  // by the address: the mutex may be gone
        }
    }

    /// To read. Waits until nobody writes and no writer's turn has come. At most 2^31 - 1 read at the same
    /// time; one more waits.
    /// Complexity  One compare-and-swap if nobody writes or waits; contended, some more and mostly one sleep.
    void lock_shared(SIGNALBOX_SITE) SIGNALBOX_ACQUIRE_SHARED()
    {
        take_noted(mode::shared, try_share_fast(), at);
    }

    /// Within a limit: as lock(limit).
    outcome lock_shared(const limit& until, SIGNALBOX_SITE) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return take_noted(mode::shared, !until.is_stopped() && try_share_fast(), until, at);
    }

    /// If nobody writes and it is not reserved for a thread that waits. Never fails otherwise; false for who
    /// writes, or holds it for upgrade.
    [[nodiscard]] bool try_lock_shared(SIGNALBOX_SITE) noexcept SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return noted(mode::shared, try_share_fast() || try_take(mode::shared), at);
    }

    /// Within a duration, before a point in time: as try_lock_for() and try_lock_until().
    template <class Rep, class Period>
    [[nodiscard]] bool try_lock_shared_for(const std::chrono::duration<Rep, Period>& span, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return take_noted(mode::shared, try_share_fast(), span, at) == outcome::acquired;
    }
    template <class Clock, class Duration>
    [[nodiscard]] bool try_lock_shared_until(const std::chrono::time_point<Clock, Duration>& when,
                                             SIGNALBOX_SITE) SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return take_noted(mode::shared, try_share_fast(), when, at) == outcome::acquired;
    }

    /// The last one lets in a writer that waits.
    /// Complexity  One fetch-and-subtract; a system call for each thread that it wakes.
    SIGNALBOX_NO_NULL_CHECK void unlock_shared(SIGNALBOX_SITE) SIGNALBOX_RELEASE_SHARED()
    {
        detail::has_read(this, at);
        // E1 release: pairs with whoever takes it
        const word::type before = cell_.state.fetch_sub(word::one_reader, std::memory_order_release);
        detail::thread_context& me = platform::this_thread();
        if (word::was_last(before - word::one_reader)) {
            unlock_shared_slow(before - word::one_reader);
        }
        if (me.slice_of == &cell_ && --me.slice_polls == 0) {
            keep_slice(&cell_);  // by the address: the mutex may be gone
        }
    }

    /// Who writes at this moment; thread_id::none if nobody does.
    [[nodiscard]] thread_id owner() const noexcept
    {
        // relaxed: it says who, and guards nothing
        return thread_id{word::writer_of(cell_.state.load(std::memory_order_relaxed))};
    }

    /// How many read at this moment; who holds it for upgrade is not counted.
    [[nodiscard]] std::int64_t readers() const noexcept
    {
        // relaxed: a snapshot; below 0 while a mistaken unlock_shared() is taken back
        return std::max<std::int64_t>(word::readers_of(cell_.state.load(std::memory_order_relaxed)), 0);
    }

private:
    SIGNALBOX_NO_NULL_CHECK bool try_lock_fast() noexcept
    {
        const std::uint32_t id = platform::this_thread().id;
        word::type free = 0;
        // E1 acquire: pairs with any unlock; relaxed: a failure decides nothing
        return id != detail::thread_context::unregistered &&
               cell_.state.compare_exchange_strong(free, word::written_by(id), std::memory_order_acquire,
                                                   std::memory_order_relaxed);
    }

    bool try_share_fast() noexcept
    {
        // relaxed: the compare-and-swap decides
        word::type now = cell_.state.load(std::memory_order_relaxed);
        while (word::is_open(now)) {
            // E1 acquire: pairs with any unlock; relaxed: a lost race looks again
            if (cell_.state.compare_exchange_weak(now, now + word::one_reader, std::memory_order_acquire,
                                                  std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
};

}  // namespace thread

}  // namespace signalbox
