// The lock of one bucket of the parking table: held for some tens of instructions, never while sleeping or
// calling anybody else's code.
//
//   0 free   1 held   2 held, and somebody may sleep
//
// Invariant 1  Whoever sleeps has written 2 before, and unlock() wakes one sleeper whenever it finds 2.
// Because      The table can't use the mutex that it serves. Who was asleep takes the lock by writing 2,
//              since others may sleep beside it.
// Edges        E1  unlock() -> lock(): what one holder writes to the queues, the next one sees.
// Checked by   tests/core/parking_table_test.cpp, tests/simulated
// Source       Drepper, "Futexes Are Tricky", 2011, section 6 (mutex, take 3)
#pragma once

#include <cstdint>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/wait.hpp>

#include "core/policy.hpp"

namespace signalbox::detail {

class bucket_lock {
public:
    void lock() noexcept
    {
        std::uint32_t seen = 0;
        // E1 acquire: pairs with the exchange in unlock(); relaxed: a failure looks again
        if (!state_.compare_exchange_strong(seen, 1, std::memory_order_acquire, std::memory_order_relaxed)) {
            lock_contended();
        }
    }

    /// Locks it if it is free at one of so many looks.
    [[nodiscard]] bool try_lock(unsigned attempts) noexcept
    {
        for (unsigned i = 0; i < attempts; ++i) {
            std::uint32_t seen = 0;
            // E1 acquire: pairs with the exchange in unlock(); relaxed: a failure looks again
            if (state_.compare_exchange_strong(seen, 1, std::memory_order_acquire,
                                               std::memory_order_relaxed)) {
                return true;
            }
            platform::spin_pause();
        }
        return false;
    }

    void unlock() noexcept
    {
        // E1 release: pairs with the compare_exchange and the exchange in lock()
        if (state_.exchange(0, std::memory_order_release) == 2) {
            platform::wake_one(state_);
        }
    }

    /// In the child of a fork: nobody else is there to hold it.
    void reset() noexcept
    {
        state_.store(0, std::memory_order_relaxed);  // relaxed: the child has one thread
    }

private:
    void lock_contended() noexcept
    {
        for (unsigned poll = 0; poll < policy.bucket_polls; ++poll) {
            platform::spin_pause();
            std::uint32_t seen = 0;
            // relaxed: a hint, and a failure looks again; E1 acquire: pairs with the exchange in unlock()
            if (state_.load(std::memory_order_relaxed) == 0 &&
                state_.compare_exchange_weak(seen, 1, std::memory_order_acquire, std::memory_order_relaxed)) {
                return;
            }
        }
        while (state_.exchange(2, std::memory_order_acquire) != 0) {  // E1 acquire: pairs with unlock()
            platform::wait(state_, 2);
        }
    }

    platform::atomic<std::uint32_t> state_{0};
};

}  // namespace signalbox::detail
