// A limit: how long a wait may last. For ever, until a deadline, a requested stop, or both.
//
// Because      One parameter serves every blocking call of every scope, instead of a function for each kind
//              of limit. The conversions are implicit on purpose:
//              `sem.acquire(1, 20ms)`, `sem.acquire(1, token)`, `sem.acquire(1, {20ms, token})`.
// Checked by   tests/thread/limit_test.cpp, tests/contract/semaphore_limit_contract.hpp
#pragma once

#include <chrono>
#include <utility>

#include <signalbox/deadline.hpp>
#include <signalbox/platform/stop.hpp>

namespace signalbox {

/// What a blocking call does with its limit, in this order:
///   1. a stop that is already requested ends the call with outcome::stopped, even if a permit is free;
///   2. what is free (and, under fifo, not somebody else's turn) is taken, even if the deadline has passed;
///   3. otherwise the call waits until it is granted, the deadline passes or a stop is requested, whichever
///      comes first; once granted, the grant wins.
/// Threads  Copies may be used by any thread; one object by one thread at a time, or by many as const.
class limit {
public:
    /// For ever.
    /// Complexity  Nothing: the clock is not read, no stop state is touched.
    limit() noexcept = default;

    /// At most `span` from now; zero, negative and NaN: do not wait; what is beyond the clock: for ever.
    /// Units  Those of the duration.  Complexity  At most one read of the clock.
    template <class Rep, class Period>
    limit(const std::chrono::duration<Rep, Period>& span) noexcept : until_{deadline::after(span)}
    {
    }

    /// At most until `when`, a point of any clock (see deadline::at).
    /// Complexity  No read of the clock for the steady clock; one of each clock for others.
    template <class Clock, class Duration>
    limit(const std::chrono::time_point<Clock, Duration>& when) noexcept(noexcept(deadline::at(when)))
        : until_{deadline::at(when)}
    {
    }

    /// At most until `until`.
    limit(deadline until) noexcept : until_{until} {}

    /// Until a stop is requested. A token that can never be stopped (no state, or no source left): for ever.
    /// Complexity  Moves the token; a copied token counts one more reference to its stop state.
    limit(platform::stop_token stop) noexcept : stop_{std::move(stop)} {}

    /// Until the time or a stop request, whichever comes first.
    template <class Rep, class Period>
    limit(const std::chrono::duration<Rep, Period>& span, platform::stop_token stop) noexcept
        : until_{deadline::after(span)}, stop_{std::move(stop)}
    {
    }

    template <class Clock, class Duration>
    limit(const std::chrono::time_point<Clock, Duration>& when,
          platform::stop_token stop) noexcept(noexcept(deadline::at(when)))
        : until_{deadline::at(when)}, stop_{std::move(stop)}
    {
    }

    limit(deadline until, platform::stop_token stop) noexcept : until_{until}, stop_{std::move(stop)} {}

    /// The deadline; never if there is none.
    [[nodiscard]] deadline until() const noexcept { return until_; }

    /// The stop token; one without a stop state if there is none.
    [[nodiscard]] const platform::stop_token& stop() const noexcept { return stop_; }

    /// Says whether a stop was or can still be requested.
    [[nodiscard]] bool can_stop() const noexcept { return stop_.stop_possible(); }

    /// Says whether a stop is already requested.
    [[nodiscard]] bool is_stopped() const noexcept { return stop_.stop_requested(); }

    /// Says whether nothing but the grant (or closing the object) can end a wait with this limit.
    [[nodiscard]] bool is_for_ever() const noexcept { return until_.is_never() && !can_stop(); }

private:
    deadline until_;
    platform::stop_token stop_;
};

}  // namespace signalbox
