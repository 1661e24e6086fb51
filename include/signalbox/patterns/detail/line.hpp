// A line of threads that wait in a pattern, first come first served; each stands on its own stack.
//
// Invariant 1  A place belongs to exactly one of: a line, whoever called it, its own thread. Who calls takes
//              the place out of its line first, and calls last; all of that under the pattern's mutex.
// Invariant 2  A wait that ended otherwise asks once more, under the mutex, whether it was called: then the
//              call wins (wait_in()). So no call is lost, and none is doubled.
// Lifetime     Who was called may leave its function, and its place, at once: event::set() does not touch the
//              event any more then.
// Checked by   tests/patterns/group_gate_test.cpp, tests/simulated/patterns_test.cpp
#pragma once

#include <cstddef>
#include <mutex>
#include <utility>

#include <signalbox/event.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox::detail {

/// One who waits. Guarded by the pattern's mutex, except for the event.
struct place {
    place* before = nullptr;
    place* after = nullptr;
    bool is_called = false;
    event called{};

    void call()
    {
        is_called = true;
        called.set();
    }
};

/// Doubly linked, so that who gives up can leave from the middle. Place: derived from place.
template <class Place>
class line {
public:
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Place& front() const noexcept { return *static_cast<Place*>(first_); }

    void push_back(Place& one) noexcept
    {
        one.before = last_;
        one.after = nullptr;
        (last_ == nullptr ? first_ : last_->after) = &one;
        last_ = &one;
        ++size_;
    }

    void remove(Place& one) noexcept
    {
        (one.before == nullptr ? first_ : one.before->after) = one.after;
        (one.after == nullptr ? last_ : one.after->before) = one.before;
        --size_;
    }

    Place& pop_front() noexcept
    {
        Place& one = front();
        remove(one);
        return one;
    }

private:
    place* first_ = nullptr;
    place* last_ = nullptr;
    std::size_t size_ = 0;
};

/// Waits until `mine` is called; `lock` is owned before, and afterwards unless it was called. `leave()` takes
/// the place out of its line, with the lock owned.
/// Returns  acquired if it was called; otherwise why the wait ended, after leave().
template <class Leave>
outcome wait_in(std::unique_lock<mutex>& lock, place& mine, const limit& within, Leave leave)
{
    if (mine.is_called) {
        lock.unlock();
        return outcome::acquired;
    }
    lock.unlock();
    const outcome ended = mine.called.wait(within);
    if (ended == outcome::acquired) {
        return ended;
    }
    lock.lock();
    if (mine.is_called) {  // (by Invariant 2)
        lock.unlock();
        return outcome::acquired;
    }
    leave();
    return ended;
}

}  // namespace signalbox::detail
