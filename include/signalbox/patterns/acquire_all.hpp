// acquire_all: several semaphores and mutexes at once, without deadlock, whatever their order elsewhere.
//
// Invariant 1  Nobody waits while it holds any of them: it waits for one with empty hands, tries the others,
//              and gives all back before it waits for the one that was not free. So no cycle can close.
// Invariant 2  Either all are held in the end or none: by return, limit, stop, close and exception alike.
// Because      No order of addresses holds between processes, nor between a mutex and a semaphore. Trying and
//              standing back needs none.
// Fairness     None beyond that of the objects: who wants many may be overtaken again and again by those who
//              want one each; it gets all as soon as all are free when it tries. Give it a limit.
// Lifetime     The objects must outlive what holds them.
// Crash        Of process::semaphore it holds permits, of process::mutex the ownership: both come back when
//              the process dies. outcome::owner_died is kept over all attempts; if a limit ends them, it is
//              lost.
// Edges        Those of the objects.
// Checked by   tests/patterns/acquire_all_test.cpp, tests/simulated/patterns_test.cpp
// Source       E. G. Coffman et al., "System Deadlocks" (1971), hold and wait; [thread.lock.algorithm]
#pragma once

#include <cstddef>
#include <mutex>
#include <system_error>
#include <tuple>
#include <utility>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/patterns/detail/held_one.hpp>

namespace signalbox {

/// What acquire_all() takes: a limit_semaphore (one permit of it), several() of one, or a limit_lockable.
template <class T>
concept acquirable = requires(T& object)
{
    detail::held_of(object);
};

/// What acquire_all() has acquired, until it is destroyed: all or nothing. Moved, never copied. With a mutex
/// in it, it belongs to the thread that acquired.
template <class... Held>
class [[nodiscard]] all_held {
public:
    explicit all_held(Held&&... held) : held_{std::move(held)...} {}
    all_held(all_held&& other) noexcept
        : held_{std::move(other.held_)},
          is_held_{std::exchange(other.is_held_, false)},
          outcome_{other.outcome_}
    {
    }
    all_held& operator=(all_held&& other) noexcept
    {
        if (this != &other) {
            release();
            held_ = std::move(other.held_);
            is_held_ = std::exchange(other.is_held_, false);
            outcome_ = other.outcome_;
        }
        return *this;
    }
    ~all_held() { release(); }

    /// Says whether all are held.
    [[nodiscard]] explicit operator bool() const noexcept { return is_held_; }

    /// How acquiring ended: acquired, or owner_died: all are held, and the owner before of one of the mutexes
    /// died; otherwise none is.
    signalbox::outcome outcome() const noexcept { return outcome_; }

    /// Gives all back now, the last one first; does nothing if none is held.
    /// Errors      Those of the objects.
    void release()
    {
        is_held_ = false;
        give_back(std::index_sequence_for<Held...>{});
    }

    /// Acquires all. For acquire_all().
    void acquire(const limit& within) { outcome_ = acquire(within, std::index_sequence_for<Held...>{}); }

private:
    static constexpr std::size_t count = sizeof...(Held);

    template <std::size_t... I>
    signalbox::outcome acquire(const limit& within, std::index_sequence<I...> each)
    {
        const limit at_once{deadline::passed(), within.stop()};
        bool has_died = false;
        const auto take = [&](std::size_t which, const limit& until) {
            signalbox::outcome how = signalbox::outcome::acquired;
            static_cast<void>(((I == which && (how = std::get<I>(held_).take(until), true)) || ...));
            has_died = has_died || how == signalbox::outcome::owner_died;
            return how;
        };
        for (std::size_t first = 0;;) {
            signalbox::outcome how = take(first, within);
            if (!is_acquired(how)) {
                return how;  // nothing else is held
            }
            std::size_t refused = first;
            for (std::size_t i = 1; i < count && is_acquired(how); ++i) {
                refused = (first + i) % count;
                how = take(refused, at_once);
            }
            if (is_acquired(how)) {
                is_held_ = true;
                return has_died ? signalbox::outcome::owner_died : signalbox::outcome::acquired;
            }
            give_back(each);
            if (how != signalbox::outcome::timed_out) {
                return how;
            }
            first = refused;  // (by Invariant 1)
        }
    }

    template <std::size_t... I>
    void give_back(std::index_sequence<I...>)
    {
        static_cast<void>((std::get<count - 1 - I>(held_).give_back(), ...));
    }

    std::tuple<Held...> held_;
    bool is_held_ = false;
    signalbox::outcome outcome_ = signalbox::outcome::timed_out;
};

/// Acquires one permit of each semaphore, `several(semaphore, n)` of others, and each mutex; waits as long as
/// it takes. Returns what gives all back.
/// Errors      Those of the objects, closed ones included; then nothing is held. A mutex that the caller
///             owns, or that is named twice: resource_deadlock_would_occur. A semaphore that is named twice
///             must have as many permits: it is tried for ever.
/// Complexity  One acquire for each object, if all are free; otherwise again for each that was not.
template <acquirable... Objects>
[[nodiscard]] auto acquire_all(Objects&&... objects)
{
    all_held all{detail::held_of(objects)...};
    all.acquire(limit{});
    if (!all) {
        throw std::system_error(std::make_error_code(std::errc::operation_canceled),
                                "signalbox::acquire_all: one of the objects is closed");
    }
    return all;
}

/// The same within a limit, which comes first: a duration, a time point, a stop token, or both.
/// Returns     What holds all, or nothing: ask it. Its outcome(): acquired, owner_died, timed_out, stopped or
///             closed.
template <acquirable... Objects>
[[nodiscard]] auto acquire_all(const limit& within, Objects&&... objects)
{
    all_held all{detail::held_of(objects)...};
    all.acquire(within);
    return all;
}

}  // namespace signalbox
