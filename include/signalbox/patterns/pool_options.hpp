// What a pool is told, and what it tells: options and statistics.
//
// Because      The defaults are those of a pool that nobody tuned: nothing expires, nothing is limited but
//              the number of things, nobody works in the background.
// Checked by   tests/patterns/pool_test.cpp
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <signalbox/detail/function_box.hpp>

namespace signalbox {

template <class T>
struct pool_options {
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
    static constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

    /// The most things at a time: lent, idle, being made and being closed together.
    std::size_t max = 10;
    /// The most factories that run at a time.
    std::size_t max_creating = unlimited;
    /// The most threads that wait; one more is refused at once (acquire() says how).
    std::size_t max_waiters = unlimited;

    /// A thing that was idle for longer is validated before it is lent.
    std::chrono::nanoseconds validate_after = std::chrono::milliseconds{500};
    /// A thing that was idle for as long is closed and never lent again.
    std::chrono::nanoseconds idle_timeout = never;
    /// A thing that is older is closed, not lent; one that is lent is closed when it comes back.
    std::chrono::nanoseconds max_lifetime = never;
    /// By which part of max_lifetime, at random, a thing lives shorter, so that not all end at once. The
    /// choice is made when the thing is. 0 to 1.
    double lifetime_jitter = 0.1;

    /// A lease that lasts for longer is reported once, with the place where it was borrowed: by the
    /// maintenance thread, when somebody's wait for a thing times out, or when it comes back.
    std::chrono::nanoseconds held_too_long = never;
    /// A thread that borrows while it has a lease already is reported: it may come to wait for itself.
    bool warn_of_second = true;

    /// How often a thread of the pool's own looks after it; zero: there is none. It closes what has expired,
    /// reports what is held too long, makes things until min_idle are idle, and gives up idle things for
    /// others who wait for the shared limit.
    std::chrono::nanoseconds maintain_every = std::chrono::nanoseconds::zero();
    /// Needs maintain_every.
    std::size_t min_idle = 0;

    /// In reports.
    std::string name = {};
    /// Whether a thing still works. False, or an exception: it is closed, and another is lent.
    detail::function_box<bool(T&)> validate = {};
    /// Where reports go, without any lock of the library's; it must not throw. Default: stderr.
    detail::report_taker report = {};
};

/// How long things lasted: counts by powers of two of a microsecond.
class pool_times {
public:
    static constexpr std::size_t buckets = 40;

    constexpr void add(std::chrono::nanoseconds lasted) noexcept
    {
        std::size_t bucket = 0;
        for (auto us = lasted.count() / 1000; us > 0 && bucket + 1 < buckets; us /= 2) {
            ++bucket;
        }
        ++counts_[bucket];
        ++count_;
        longest_ = lasted > longest_ ? lasted : longest_;
    }

    /// How many were counted.
    [[nodiscard]] constexpr std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] constexpr std::chrono::nanoseconds longest() const noexcept { return longest_; }
    /// How many lasted less than 2^i microseconds, and not less than half of that (i == 0: no time at all).
    [[nodiscard]] constexpr std::uint64_t operator[](std::size_t i) const noexcept { return counts_[i]; }

    /// A time that the given part of them (0 to 1) did not exceed: at most twice the shortest such.
    [[nodiscard]] constexpr std::chrono::nanoseconds quantile(double part) const noexcept
    {
        auto rest = static_cast<double>(count_) * part;
        for (std::size_t i = 0; i < buckets; ++i) {
            rest -= static_cast<double>(counts_[i]);
            if (rest <= 0) {
                const std::chrono::nanoseconds end = std::chrono::microseconds{std::int64_t{1} << i};
                return end < longest_ ? end : longest_;
            }
        }
        return longest_;
    }

private:
    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds longest_{};
};

/// What a pool was like at one moment.
struct pool_statistics {
    std::size_t max = 0;
    std::size_t in_use = 0;  // lent
    std::size_t idle = 0;
    std::size_t creating = 0;  // factories that run
    std::size_t waiting = 0;   // threads, also those that wait for the shared limit

    std::uint64_t created = 0;
    std::uint64_t closed = 0;     // destroyed or detached
    std::uint64_t failed = 0;     // factories that threw
    std::uint64_t invalid = 0;    // things that did not pass validation
    std::uint64_t expired = 0;    // things that were too old, or idle for too long
    std::uint64_t timed_out = 0;  // waits that ended so
    std::uint64_t refused = 0;    // calls that found max_waiters waiting
    std::uint64_t held_long = 0;  // leases that were reported
    std::uint64_t borrowed_twice = 0;

    pool_times wait_time;  // of every call that got a thing; no time at all if it did not wait
    pool_times use_time;   // of every eighth use of each thing, the first among them
};

}  // namespace signalbox
