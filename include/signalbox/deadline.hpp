// A deadline: the point of the steady clock at which a wait ends at the latest, or never.
//
// Invariant 1  Conversions saturate: what lies beyond the clock is `never`, or has passed; nothing wraps.
// Invariant 2  Conversions round up to the next nanosecond: a wait is never shorter than was asked for.
// Because      A relative wait drifts when it is interrupted and begun again, a clock that somebody sets ends
//              waits at random, and `now + hours::max()` overflows and would end the wait at once.
// Checked by   tests/thread/deadline_test.cpp
#pragma once

#include <chrono>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <signalbox/platform/clock.hpp>

namespace signalbox {

class deadline {
public:
    using clock = std::chrono::steady_clock;
    using time_point = clock::time_point;

    /// Never: a wait with this deadline does not time out.
    /// Complexity  Nothing; the clock is not read.
    constexpr deadline() noexcept = default;

    /// A deadline that has passed: a wait with it takes what is free, and does not wait.
    /// Complexity  Nothing; the clock is not read.
    [[nodiscard]] static constexpr deadline passed() noexcept { return deadline{time_point::min()}; }

    /// `span` from now, in any unit and of any arithmetic type.
    /// Returns     passed() for zero, negative and NaN; never when now + span is beyond the clock
    ///             (hours::max(), 1e300 s).
    /// Complexity  One read of the clock; none for passed() and for a span beyond the clock.
    template <class Rep, class Period>
    [[nodiscard]] static deadline after(const std::chrono::duration<Rep, Period>& span) noexcept
    {
        return after_nanoseconds(nanoseconds_in(span));
    }

    /// `when`, a point of any clock that has now().
    /// Returns     Never for the largest value of its type; otherwise, saturated, that point of the steady
    ///             clock. The time left on another clock is measured here, once: setting that clock later
    ///             changes nothing.
    /// Errors      Those of Clock::now(); the clocks of the standard library have none.
    /// Complexity  Nothing for the steady clock; one read of each clock for others.
    template <class Clock, class Duration>
    [[nodiscard]] static deadline at(const std::chrono::time_point<Clock, Duration>& when) noexcept(
        std::is_same_v<Clock, clock> || noexcept(Clock::now()))
    {
        if (when == std::chrono::time_point<Clock, Duration>::max()) {
            return deadline{};
        }
        if constexpr (std::is_same_v<Clock, clock>) {
            return deadline{time_point{std::chrono::nanoseconds{nanoseconds_in(when.time_since_epoch())}}};
        } else {
            const long double now = exact(Clock::now().time_since_epoch());
            return after_nanoseconds(saturate(exact(when.time_since_epoch()) - now));
        }
    }

    /// Says whether there is no deadline.
    [[nodiscard]] constexpr bool is_never() const noexcept { return time_ == time_point::max(); }

    /// Says whether the steady clock has reached the deadline.
    /// Complexity  One read of the clock; none for never and passed().
    [[nodiscard]] bool has_passed() const noexcept
    {
        return !is_never() && (time_ == time_point::min() || platform::now() >= time_);
    }

    /// The point of the steady clock; time_point::max() for never.
    [[nodiscard]] constexpr time_point time() const noexcept { return time_; }

    /// The earlier deadline is the lesser; never is the greatest.
    friend constexpr bool operator==(const deadline&, const deadline&) noexcept = default;
    friend constexpr auto operator<=>(const deadline&, const deadline&) noexcept = default;

private:
    static_assert(std::is_same_v<clock::duration, std::chrono::nanoseconds>);
    static constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

    constexpr explicit deadline(time_point time) noexcept : time_{time} {}

    /// A duration in nanoseconds; a 64-bit count keeps every bit where long double has 64 of them or more.
    template <class Rep, class Period>
    static constexpr long double exact(const std::chrono::duration<Rep, Period>& span) noexcept
    {
        return static_cast<long double>(span.count()) * static_cast<long double>(Period::num) * 1e9L /
               static_cast<long double>(Period::den);
    }

    /// Rounded up (Invariant 2) and saturated (Invariant 1); NaN becomes the least value, that is, passed.
    static std::int64_t saturate(long double nanoseconds) noexcept
    {
        const long double rounded = std::ceil(nanoseconds);
        if (rounded >= static_cast<long double>(most)) {
            return most;
        }
        return rounded > static_cast<long double>(least) ? static_cast<std::int64_t>(rounded) : least;
    }

    template <class Rep, class Period>
    static std::int64_t nanoseconds_in(const std::chrono::duration<Rep, Period>& span) noexcept
    {
        constexpr std::int64_t second = std::nano::den;
        constexpr bool is_whole = second % Period::den == 0 && Period::num <= most / second;
        if constexpr (std::is_integral_v<Rep> && sizeof(Rep) <= sizeof(std::int64_t) && is_whole) {
            constexpr std::int64_t unit = second / Period::den * Period::num;  // whole nanoseconds: exact
            std::int64_t result = 0;
            if (__builtin_mul_overflow(span.count(), unit, &result)) {
                return span.count() > 0 ? most : least;
            }
            return result;
        } else {
            return saturate(exact(span));
        }
    }

    static deadline after_nanoseconds(std::int64_t span) noexcept
    {
        if (span <= 0) {
            return passed();
        }
        if (span == most) {
            return deadline{};
        }
        std::int64_t sum = 0;
        if (__builtin_add_overflow(platform::now().time_since_epoch().count(), span, &sum)) {
            return deadline{};
        }
        return deadline{time_point{std::chrono::nanoseconds{sum}}};
    }

    time_point time_ = time_point::max();
};

}  // namespace signalbox
