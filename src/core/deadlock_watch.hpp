// What a queued call does about deadlocks: nothing for policy.deadlock_after, then it enters the graph of
// long waits and is searched once for a cycle (wait_graph.hpp); once more, if another wait asks.
//
// Because      Only a wait without a limit is watched, since only such waits make a deadlock: one that has a
//              deadline or a stop token ends by itself or can be ended, and its owner has said what is to
//              happen then. A cycle with such a wait in it is not reported. A wait for permits is watched
//              if it is noted in this process who has permits: it could not be followed otherwise.
// Checked by   tests/simulated/deadlock_test.cpp, tests/thread/deadlock_test.cpp
#pragma once

#include <chrono>
#include <exception>

#include <signalbox/platform/clock.hpp>

#include "core/holders.hpp"
#include "core/ownership.hpp"
#include "core/policy.hpp"
#include "core/wait_graph.hpp"

namespace signalbox::detail {

class deadlock_watch {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit deadlock_watch(waiter& who) noexcept : wait_{who} {}

    ~deadlock_watch()
    {
        if (has_searched_ || wait_.is_adopted) {
            wait_graph::leave(wait_);
        }
    }

    deadlock_watch(const deadlock_watch&) = delete;
    deadlock_watch& operator=(const deadlock_watch&) = delete;

    /// The wait begins. Precondition: its `since` is written.
    void begin(bool is_for_ever) noexcept
    {
        const cell_kind kind = wait_.who.kind;
        if (is_for_ever && policy.deadlock_after != waiting_policy::never &&
            (tells_owner(kind) || (kind == cell_kind::permits && are_holders_known()))) {
            due_ = wait_.who.since + policy.deadlock_after;
        }
    }

    /// If another wait has asked for it, it is to be searched at once. Precondition: its bucket is locked.
    void answer() noexcept
    {
        if (wait_.is_asked) {
            wait_.is_asked = false;
            due_ = wait_.who.since;
        }
    }

    /// When the wait is to be searched; the clock's end if never, or not again.
    [[nodiscard]] time_point due() const noexcept { return due_; }

    /// Searches. Returns what the wait is to end with, or nothing: it goes on. Calls the handler, with no
    /// lock held. Precondition: the caller holds no bucket, and its wait can be granted meanwhile.
    std::exception_ptr search() noexcept;

private:
    long_wait wait_;
    time_point due_ = time_point::max();
    bool has_searched_ = false;
};

}  // namespace signalbox::detail
