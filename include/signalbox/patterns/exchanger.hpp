// An exchanger: two threads meet, and each goes on with what the other one brought.
//
// Invariant 1  At most one thread waits for a partner. Who comes next takes it out of there, under the mutex,
//              and then they are a pair: neither can leave without the other's value.
// Invariant 2  A value that was not exchanged is still its thread's: who gives up keeps what it brought.
// Because      The values are moved by the one that came second, without the mutex: a type's moves are the
//              user's code. They must not throw, or one of the two would be left with half of each.
// Fairness     In order of arrival: first with second, third with fourth.
// Lifetime     It may be destroyed when nobody is in exchange().
// Crash        Its state is in the object: it is for the threads of one process.
// Edges        Those of its mutex and of events: what each of a pair did before is visible to the other
//              after.
// Checked by   tests/patterns/exchanger_test.cpp, tests/simulated/patterns_test.cpp
// Source       D. Lea, W. N. Scherer, M. L. Scott: "A Scalable Elimination-based Exchange Channel" (2005)
#pragma once

#include <mutex>
#include <type_traits>
#include <utility>

#include <signalbox/event.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

/// Any thread may call any function; none may be called from a signal handler.
template <class T>
class exchanger {
    static_assert(std::is_object_v<T> && !std::is_const_v<T>);
    static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_swappable_v<T>,
                  "exchange a std::unique_ptr to what may throw when it is moved");

public:
    exchanger() = default;
    exchanger(const exchanger&) = delete;
    exchanger& operator=(const exchanger&) = delete;

    /// Waits for another thread, and gives it `mine`. Returns what that one brought.
    /// Complexity  Locks a mutex once; the first of a pair sleeps once, and the second wakes it.
    [[nodiscard]] T exchange(T mine)
    {
        static_cast<void>(exchange(mine, limit{}));
        return mine;
    }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired: `value` is the other thread's; timed_out or stopped (a stop that was requested
    ///             before comes first): `value` is as it was, and nobody has it.
    outcome exchange(T& value, const limit& within)
    {
        if (within.is_stopped()) {
            return outcome::stopped;
        }
        meeting mine{&value};
        if (meeting* const other = meet(mine)) {
            using std::swap;
            swap(*other->value, value);
            other->has_met.set();  // last: its thread may be gone then
            return outcome::acquired;
        }
        const outcome ended = mine.has_met.wait(within);
        if (ended != outcome::acquired && !leave(mine)) {
            mine.has_met.wait();  // a partner has come (by Invariant 1), and is about to swap
            return outcome::acquired;
        }
        return ended;
    }

    /// Exchanges with a thread that waits already; false, and `value` is as it was, if none does.
    [[nodiscard]] bool try_exchange(T& value)
    {
        return exchange(value, limit{deadline::passed()}) == outcome::acquired;
    }

    /// Says whether a thread waits for a partner at this moment.
    [[nodiscard]] bool has_waiter() const
    {
        const std::lock_guard lock{mutex_};
        return waiting_ != nullptr;
    }

private:
    struct meeting {
        T* value;
        event has_met{};
    };

    // The one who waits, who does so no longer; or null, and now it is `mine` who waits.
    meeting* meet(meeting& mine)
    {
        const std::lock_guard lock{mutex_};
        return std::exchange(waiting_, waiting_ == nullptr ? &mine : nullptr);
    }

    // False if a partner has come meanwhile.
    bool leave(meeting& mine)
    {
        const std::lock_guard lock{mutex_};
        return waiting_ == &mine && (waiting_ = nullptr, true);
    }

    mutable mutex mutex_;         // guards waiting_, and is never owned while values are moved
    meeting* waiting_ = nullptr;  // on the stack of its thread
};

}  // namespace signalbox
