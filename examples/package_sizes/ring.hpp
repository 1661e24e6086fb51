// The textbook's ring buffer: producers wait for a free slot, consumers for a filled one.
//
// Invariant 1  Each slot has one permit, in `free_`, in `filled_`, or with the thread that is moving an item.
// Invariant 2  Items leave in the order in which they came; each leaves once.
// Because      `free_` counts what may still be put, `filled_` what may be taken: whoever has a permit finds
//              what it is for, and looks at nothing but its own slot. `turn_` keeps two threads off the same
//              slot.
// Lifetime     The ring outlives the threads that use it.
// Checked by   tests/example/ring_test.cpp
// Source       Dijkstra, "Cooperating sequential processes" (1965), section 4.3; A. Downey, "The Little Book
//              of Semaphores", section 4.1
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/semaphore.hpp>

namespace package_sizes {

// What a ring has seen so far.
struct ring_usage {
    std::size_t slots = 0;
    std::size_t in_use = 0;       // permits that are not in `free_` now: slots that are filled or being moved
    std::size_t most_in_use = 0;  // the most slots that were filled at once
    std::size_t taken = 0;        // items that have left
    std::size_t waits_to_put = 0;   // how often no slot was free
    std::size_t waits_to_take = 0;  // how often no slot was filled
};

template <class T>
class ring {
    // Moving an item can't fail, so no permit is lost between taking and giving.
    static_assert(std::is_nothrow_move_assignable_v<T> && std::is_nothrow_default_constructible_v<T>);

public:
    explicit ring(std::size_t slots) : free_{static_cast<std::ptrdiff_t>(slots)}, items_(slots) {}

    // Puts an item in; waits for a free slot, within the limit.
    // Returns  acquired, or how the wait ended; the item is then dropped.
    signalbox::outcome put(T item, const signalbox::limit& limit = {})
    {
        const bool waits = !free_.try_acquire();
        if (waits) {
            const auto result = free_.acquire(1, limit);
            if (!signalbox::is_acquired(result)) {
                return result;
            }
        }
        {
            const std::lock_guard lock{turn_};
            items_[put_ % items_.size()] = std::move(item);
            ++put_;
            usage_.waits_to_put += waits ? 1 : 0;
            usage_.most_in_use = std::max(usage_.most_in_use, put_ - usage_.taken);
        }
        filled_.release();
        return signalbox::outcome::acquired;
    }

    // Takes the oldest item out; waits for one.
    T take()
    {
        const bool waits = !filled_.try_acquire();
        if (waits) {
            filled_.acquire();
        }
        T item;
        {
            const std::lock_guard lock{turn_};
            item = std::exchange(items_[usage_.taken % items_.size()], T{});
            ++usage_.taken;
            usage_.waits_to_take += waits ? 1 : 0;
        }
        free_.release();
        return item;
    }

    [[nodiscard]] ring_usage usage() const
    {
        const std::lock_guard lock{turn_};
        ring_usage now = usage_;
        now.slots = items_.size();
        now.in_use = now.slots - static_cast<std::size_t>(free_.available());
        return now;
    }

private:
    signalbox::semaphore free_;
    signalbox::semaphore filled_{0};
    mutable signalbox::mutex turn_;
    // The turn guards what follows.
    std::vector<T> items_;
    std::size_t put_ = 0;
    ring_usage usage_;
};

}  // namespace package_sizes
