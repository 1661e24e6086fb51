// A mutex, a condition, and how many threads wait there, which only the owner of the mutex may count.
//
// Because      A wait unlocks the mutex and joins in one step: who owns the mutex and reads n in `waiting`
//              knows that n threads stand in the queue of the condition, without any look inside.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include "harness.hpp"

namespace signalbox::contract {

template <class Scope>
class waiting_room {
public:
    using mutex_type = typename Scope::mutex;
    using condition_type = typename Scope::condition;
    using lock_type = std::unique_lock<mutex_type>;

    mutex_type mutex;
    condition_type condition;
    int waiting = 0;  // guarded by the mutex, as are all below
    int patient = 0;  // of these, those without a limit: they surely stand in the queue until notified
    int notified = 0;
    bool is_open = false;

    /// Calls `wait(lock)` as one of those who wait; returns what it returns. Afterwards the caller must own
    /// the mutex.
    template <class Wait>
    auto waits(Wait wait)
    {
        lock_type lock{mutex};
        const auto me = mutex.owner();
        ++waiting;
        auto result = wait(lock);
        --waiting;
        if (!lock.owns_lock() || mutex.owner() != me) {
            ADD_FAILURE() << "a wait returned without the mutex";
        }
        return result;
    }

    /// Waits without a limit until it is notified.
    bool waits()
    {
        return waits([this](lock_type& lock) {
            ++patient;
            condition.wait(lock);
            --patient;
            ++notified;
            return true;
        });
    }

    [[nodiscard]] int count(int waiting_room::*member)
    {
        const std::lock_guard lock{mutex};
        return this->*member;
    }

    /// Waits until that many threads wait.
    [[nodiscard]] bool holds(int threads)
    {
        return eventually([&] { return count(&waiting_room::waiting) == threads; });
    }
};

}  // namespace signalbox::contract
