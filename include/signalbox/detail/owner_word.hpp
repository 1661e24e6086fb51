// The word of a mutex: 32 bits that say who owns it and what its next unlock has to do.
//
//   bits   name      set by                     cleared by                       if wrongly set
//   0-21   owner     who takes it, or hands it  the owner's unlock               never
//                    over
//   22     queued    who queues                 who empties the queue; the       an unlock looks at the queue
//                                               owner that starts a slice        in vain
//   23     reserved  the first in the queue,    who serves the first; the        newcomers queue; who stands
//                    awake                      first, when it leaves            first then takes it
//   24     spinning  the one spinner            it, at its end; an unlock, when  an unlock counts in vain
//                                               the count is full
//   25-31  releases  an unlock, while one       whoever ends the spinning        a spinner gives up early
//                    spins
//
// Invariant 1  owner == 0 exactly when nobody holds the mutex.
// Invariant 2  While `reserved` is set nobody takes the mutex but the head of its queue.
// Because      An unlock by anybody else is caught by comparing the owner; lock and unlock without contention
//              are one compare-and-swap each, between the two words 0 and `own id`. `spinning` and `releases`
//              are hints: a wrong one costs time, never a wake-up.
// Checked by   models/mutex.pml, tests/core/words_test.cpp
#pragma once

#include <cstdint>
#include <optional>

#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

struct owner_word {
    using type = std::uint32_t;

    static constexpr unsigned owner_bits = 22;
    static constexpr type owner = (type{1} << owner_bits) - 1;
    static constexpr type queued = type{1} << 22;
    static constexpr type reserved = type{1} << 23;
    static constexpr type spinning = type{1} << 24;
    static constexpr type one_release = type{1} << 25;
    static constexpr type releases = ~(one_release - 1);

    /// Who owns it, 0 for nobody.
    static constexpr std::uint32_t owner_of(type word) noexcept { return word & owner; }

    /// Whether it is free to be taken, if nothing else forbids it.
    static constexpr bool can_take(type word) noexcept { return owner_of(word) == 0; }

    /// The word after `id` has taken it. Precondition: can_take(word).
    static constexpr type take(type word, std::uint32_t id) noexcept { return word | id; }

    /// The word after its owner let go: a spinner is told by the count, and forgotten once the count is full.
    static constexpr type give(type word) noexcept
    {
        const type free = word & ~owner;
        if ((word & spinning) == 0) {
            return free;
        }
        return (word & releases) == releases ? free & ~(spinning | releases) : free + one_release;
    }

    /// The word without its spinner.
    static constexpr type stop_spinning(type word) noexcept { return word & ~(spinning | releases); }

    /// How many releases the spinner saw go by.
    static constexpr unsigned releases_of(type word) noexcept { return word / one_release; }

    /// How many releases lie between two words that one spinner read.
    static constexpr unsigned missed(type before, type after) noexcept
    {
        return (releases_of(after) - releases_of(before)) & (releases / one_release);
    }
};

/// What a mutex consists of, and all that the waiting algorithm knows of it.
struct owner_cell {
    using word = owner_word;
    static constexpr cell_kind kind = cell_kind::owner;
    static constexpr bool has_owner = true;
    static constexpr bool is_shareable = false;

    platform::atomic<owner_word::type> state{0};

    /// Whether the state lets `wanted` (a thread's identity) in.
    [[nodiscard]] bool can_take(owner_word::type now, std::uint64_t /*wanted*/) const noexcept
    {
        return owner_word::can_take(now);
    }

    static constexpr owner_word::type take(owner_word::type now, std::uint64_t wanted) noexcept
    {
        return owner_word::take(now, static_cast<std::uint32_t>(wanted));
    }

    /// Whether nobody may overtake a first waiter that wants this. It says so itself, once it has run in
    /// vain.
    static constexpr bool reserves(owner_word::type, std::uint64_t, bool) noexcept { return false; }

    /// Whether the word will say in a moment what is free. A mutex always says it.
    static constexpr bool is_settling(owner_word::type) noexcept { return false; }

    /// The flags above an empty queue: none.
    static constexpr owner_word::type idle_flags(owner_word::type) noexcept { return 0; }

    /// How a wait ends that can never be served: a mutex comes free sooner or later.
    static constexpr std::optional<outcome> refusal(owner_word::type, std::uint64_t) noexcept
    {
        return std::nullopt;
    }

    /// Whether nobody may overtake the queue. A mutex lets newcomers pass until its head reserves it.
    static constexpr bool is_strict(owner_word::type) noexcept { return false; }
};

}  // namespace signalbox::detail
