// Letting others run: a thread that waits for what several can share gives up its core for some turns before
// it sleeps, since who keeps it out is often one of those that have no core.
//
// Because      A reader that loses its core inside keeps writers out, and who waits for a writer keeps a core
//              that this reader could use. A yield puts the reader there, within a microsecond; a sleep is
//              followed by a wake-up of ten to fifty. Who takes turns stands in no queue: once the writer has
//              left it takes its share when it runs. A share granted to a thread without a core would keep
//              the next writer out until that thread has run.
// Fairness     The turns are few and short: each costs a thread the rest of its slice of the core. After them
//              it queues, and Invariant 3 of waiting.hpp begins.
// Checked by   tests/core/turn_loop_test.cpp, tests/simulated
// Source       docs/decisions/0011-turns-of-others.md
#pragma once

#include <type_traits>

#include <signalbox/limit.hpp>
#include <signalbox/platform/cpu.hpp>

#include "core/policy.hpp"
#include "core/spinning.hpp"

namespace signalbox::detail {

/// A loop of polls that yields between some of them; ends after some turns, some time, or with `until`.
class turn_loop {
public:
    explicit turn_loop(const limit& until) noexcept : until_{until}, end_{platform::now() + policy.turns_last}
    {
    }

    /// Pauses for one poll, or for a turn of others. Returns false when it is time to give up.
    bool pause() noexcept
    {
        if (++polls_ % policy.polls_per_turn != 0) {
            platform::spin_pause();
            return true;
        }
        const auto now = platform::now();
        if (++turns_ > policy.most_turns || now >= end_ || now >= until_.until().time() ||
            until_.is_stopped()) {
            return false;
        }
        platform::yield();
        return true;
    }

private:
    const limit& until_;
    const std::chrono::steady_clock::time_point end_;
    unsigned polls_ = 0;
    unsigned turns_ = 0;
};

/// How the first in a queue waits before it parks.
template <class Cell>
using wait_loop = std::conditional_t<Cell::is_shareable, turn_loop, poll_loop>;

}  // namespace signalbox::detail
