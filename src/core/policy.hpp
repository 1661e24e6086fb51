// The policy of waiting: who spins, how long, when a time slice ends. Only numbers and pure decisions.
//
// Because      No argument for safety or liveness uses what stands here: every number may change, at any
//              time, without touching the protocol (waiting.hpp). A simulation makes them small, a test makes
//              them odd.
// Source       The figures: docs/decisions/0002-waiting-policy.md, which names machine, workload and file.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

struct waiting_policy {
    using nanoseconds = std::chrono::nanoseconds;
    static constexpr nanoseconds never = nanoseconds::max();

    // Spinning, before a thread joins the queue, and at the head of the queue until it is served.
    bool spins = true;
    unsigned pauses_per_poll =
        3;  // polling more often takes the line from the owner, less often costs latency
    unsigned polls_per_look = 16;   // polls between two looks at the clock
    unsigned missed_most = 3;       // releases a spinner may miss: then the owner is faster than a hand-over
    nanoseconds spin_least{5'000};  // a spinner gives up after what a wake-up takes, within these bounds
    nanoseconds spin_most{100'000};
    unsigned lost_race_pauses = 20;  // two cores that share a word with enough for both
    unsigned bucket_polls = 100;

    // Turns of others, before a thread sleeps for what several can share (decisions/0011).
    unsigned polls_per_turn = 8;
    unsigned most_turns = 30;
    nanoseconds turns_last{1'000'000};  // a turn in which another used up its slice was the last one

    // Of those that a notify_all() has moved: how many are woken before it is their turn.
    unsigned early_calls = 8;

    // Looks of a thread at a queue before it parks there: awake, then letting others run in between.
    unsigned queue_pauses = 200;
    unsigned queue_turns = 50;
    nanoseconds queue_turn{700};  // a turn that lasted longer was another thread's: yielding alone takes 200

    // Time slices: how long an owner may keep a lock that others are parked for.
    nanoseconds slice_budget{2'800'000};  // what all slices of one round add up to
    nanoseconds slice_least{40'000};
    nanoseconds slice_most{1'000'000};
    nanoseconds heir_grace{60'000};  // after the oldest waiter was called, until the owner stands aside
    nanoseconds look_every{5'000};   // how exactly the owner keeps its slice
    unsigned stride_most = 32;       // releases between two looks at the clock, at the most
    nanoseconds patience_grace{1'000'000};
    nanoseconds share_least{600};  // away for less, an owner is back before another can have had the lock

    // A wait without a limit that lasts longer looks for a cycle of owners; never: none does.
    nanoseconds deadlock_after{50'000'000};

    /// How long one owner may go on while `waiting` others are parked.
    [[nodiscard]] nanoseconds slice(std::uint64_t waiting) const noexcept
    {
        const auto share = slice_budget / static_cast<std::int64_t>(std::max<std::uint64_t>(waiting, 1));
        return std::clamp(share, slice_least, slice_most);
    }

    /// How long a waiter sleeps that trusts the owners of `ahead` slices to call it.
    [[nodiscard]] nanoseconds patience(std::uint64_t ahead) const noexcept
    {
        const auto slices = static_cast<std::int64_t>(std::min<std::uint64_t>(ahead + 1, 1000));
        return 2 * (slice(ahead + 1) + heir_grace) * slices + patience_grace;
    }

    /// Whether an owner that was `away` before it was `inside` leaves the lock to one more meanwhile.
    [[nodiscard]] bool shares(nanoseconds away, nanoseconds inside) const noexcept
    {
        return away >= share_least && away * 4 >= inside * 3;
    }

    /// How many releases may pass until the clock is read again, if `stride` of them took `elapsed`.
    [[nodiscard]] std::uint32_t next_stride(std::uint32_t stride, nanoseconds elapsed) const noexcept
    {
        if (elapsed * 2 < look_every) {
            return std::min(stride * 2, stride_most);
        }
        return elapsed > look_every ? std::max(stride / 2, 1U) : stride;
    }
};

/// The numbers in force. Written only while no thread waits (tests, simulations).
SIGNALBOX_API extern waiting_policy policy;

/// How long a parked thread takes to wake up on another core, as measured while this process ran.
class wake_cost {
public:
    /// Takes in one more measurement: an eighth of it.
    static void learn(std::chrono::nanoseconds measured) noexcept;

    /// How long it pays to spin before parking: as long as the hand-over would take otherwise. Two threads
    /// that hand over to each other find back from parking to spinning only if they spin longer than a
    /// wake-up takes.
    [[nodiscard]] static std::chrono::nanoseconds spin_time() noexcept;

private:
    static platform::atomic<std::uint32_t> average_ns;
};

}  // namespace signalbox::detail
