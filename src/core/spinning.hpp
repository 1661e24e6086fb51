// Spinning: one thread at a time waits outside the queue, awake, for something that will soon come free.
//
// Invariant 1  At most one thread spins at a cell: who sets `spinning`.
// Invariant 2  A spinner that gives up clears `spinning` before it looks at the word for the last time, under
//              the bucket's lock (it joins the queue) or through visit(). So a releaser that called nobody
//              because of the spinner leaves no sleeper beside a permit.
// Because      A hand-over to a thread that is awake takes one or two transfers of a cache line, waking one a
//              hundred times that. A spinner that misses some releases in a row knows without any clock that
//              the owner comes back faster than a hand-over takes: it is better off asleep.
// Edges        E1  release -> take: as in waiting.hpp.
//              E2  resize -> take: as in waiting.hpp.
// Source       docs/decisions/0002-waiting-policy.md
#pragma once

#include <signalbox/limit.hpp>
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/cpu.hpp>

#include "core/parking_table.hpp"
#include "core/policy.hpp"

namespace signalbox::detail {

/// A loop of polls that ends by itself: after about what waking a thread costs, or when `until` is over.
class poll_loop {
public:
    explicit poll_loop(const limit& until) noexcept
        : until_{until}, end_{platform::now() + wake_cost::spin_time()}
    {
    }

    /// Pauses for one poll. Returns false when it is time to give up.
    bool pause() noexcept
    {
        for (unsigned i = 0; i < policy.pauses_per_poll; ++i) {
            platform::spin_pause();
        }
        if (++polls_ % policy.polls_per_look != 0) {
            return true;
        }
        const auto now = platform::now();
        return now < end_ && now < until_.until().time() && !until_.is_stopped();
    }

private:
    const limit& until_;
    const std::chrono::steady_clock::time_point end_;
    unsigned polls_ = 0;
};

/// After a lost race for a word that has enough for both: leaves the cache line to the winner for some of its
/// turns. Two cores that take turns need 40 ns for each read-modify-write, one that has the line to itself 3.
inline void back_off() noexcept
{
    for (unsigned i = 0; i < policy.lost_race_pauses; ++i) {
        platform::spin_pause();
    }
}

enum class spin_result { taken, gave_up, releases_are_frequent };

/// What a spinner notices of those who share the cell: whether they come and go, and never leave it all.
template <class Cell>
class reader_watch {
public:
    using value = typename Cell::word::type;

    explicit reader_watch(value now) noexcept : last_{now} {}

    void look(value now) noexcept
    {
        if constexpr (Cell::is_shareable) {
            turns_ += Cell::word::readers_of(now) != Cell::word::readers_of(last_) ? 1U : 0U;
            last_ = now;
        }
    }
    [[nodiscard]] bool come_and_go() const noexcept { return turns_ >= policy.missed_most; }

private:
    value last_;
    unsigned turns_ = 0;
};

/// Takes the mark off that somebody spins.
template <class Cell>
void stop_spinning(Cell& cell) noexcept
{
    auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
    // relaxed: Invariant 2 rests on the bucket's lock
    while (!cell.state.compare_exchange_weak(now, Cell::word::stop_spinning(now), std::memory_order_relaxed,
                                             std::memory_order_relaxed)) {
    }
}

/// Spins for `wanted`, if it pays and nobody else does; `shares`: also while the next release is reserved for
/// another, since that one lets go soon.
template <class Cell>
spin_result spin(Cell& cell, std::uint64_t wanted, const limit& until, bool shares = false)
{
    using word = typename Cell::word;
    const auto reserved = shares ? 0 : word::reserved;
    const auto no_spinning = has_been_forked() ? reserved : word::spinning | reserved;
    if (!policy.spins || platform::cpu_count() == 1 || (!Cell::has_owner && wanted > 1)) {
        return spin_result::gave_up;
    }
    auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: a hint
    do {
        if ((now & no_spinning) != 0 || Cell::is_strict(now)) {
            return spin_result::gave_up;
        }
        // relaxed: a hint
    } while (!cell.state.compare_exchange_weak(now, now | word::spinning, std::memory_order_relaxed,
                                               std::memory_order_relaxed));
    const auto before = now;
    reader_watch<Cell> readers{now};
    spin_result result = spin_result::gave_up;
    for (poll_loop polls{until}; polls.pause();) {
        now = cell.state.load(std::memory_order_acquire);  // E2 acquire: pairs with a resize
        while ((now & word::reserved) == 0 && cell.can_take(now, wanted)) {
            // E1 acquire: pairs with the release of what is taken; E2 acquire: a lost race looks again
            if (cell.state.compare_exchange_weak(now, word::stop_spinning(Cell::take(now, wanted)),
                                                 std::memory_order_acquire, std::memory_order_acquire)) {
                return spin_result::taken;
            }
        }
        if (word::missed(before, now) >= policy.missed_most) {
            result = spin_result::releases_are_frequent;
            break;
        }
        if ((now & reserved) != 0) {
            break;
        }
        readers.look(now);
        if (readers.come_and_go()) {
            break;
        }
    }
    stop_spinning(cell);
    return result;
}

}  // namespace signalbox::detail
