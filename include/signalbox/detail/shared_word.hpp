// The word of a shared mutex: 64 bits that say who writes, how many read, and what the next unlock has to do.
//
//   bits   name      set by                     cleared by                       if wrongly set
//   0      queued    who queues                 who empties the queue; the       an unlock looks at the queue
//                                               holder that starts a slice       in vain; readers are slow
//   1      reserved  who queues while it is     who serves the first; the        newcomers queue; who stands
//                    shared; the first in the   first, when it leaves            first then takes it
//                    queue, awake
//   2      spinning  the one spinner            it, at its end; an unlock, when  nobody else spins
//                                               the count is full
//   3      upgrade   who takes it for upgrade   it, when it unlocks or becomes   never
//                                               the writer
//   4-9    releases  an exclusive unlock, while whoever ends the spinning        a spinner gives up early
//                    one spins
//   10-31  holder    who takes it exclusively,  its unlock                       never
//                    or for upgrade
//   32-63  readers   lock_shared adds one,      -                                never
//                    unlock_shared subtracts
//
// Invariant 1  holder != 0 and not upgrade: one thread writes, and readers <= 0. holder != 0 and upgrade:
//              that thread reads and alone may become the writer; others may read beside it.
// Invariant 2  While `reserved` is set nobody takes anything but who stands first, or who serves it. The one
//              exception is the upgrader, whom everybody else waits for.
// Invariant 3  readers < 0 means that an unlock_shared() by a thread that does not read is about to be taken
//              back. Then nobody reads, and nobody is let in until it is: no one else can see the mistake.
// Because      A reader needs one compare-and-swap to come and one fetch_sub to go: the sign bit is at the
//              top, so that a borrow leaves the word. A reader that added itself before it looked would
//              save a load, and make try_lock() fail for a thread that holds nothing.
// Checked by   models/shared.pml, tests/core/shared_word_test.cpp
#pragma once

#include <cstdint>
#include <optional>

#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

/// What a thread can want of a shared mutex. `raise`: it holds it for upgrade, and wants to write.
enum class share_mode : std::uint8_t { exclusive, shared, upgrade, raise };

struct shared_word {
    using type = std::uint64_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type spinning = 4;
    static constexpr type upgrade = 8;
    static constexpr type one_release = 16;
    static constexpr type releases = 0x3F0;
    static constexpr unsigned holder_shift = 10;
    static constexpr unsigned holder_bits = 22;
    static constexpr type holder = ((type{1} << holder_bits) - 1) << holder_shift;
    static constexpr unsigned readers_shift = 32;
    static constexpr type one_reader = type{1} << readers_shift;

    /// The most that can read at the same time; one more waits.
    static constexpr std::int64_t most_readers = (std::int64_t{1} << 31) - 1;

    static constexpr std::int64_t readers_of(type word) noexcept
    {
        return static_cast<std::int64_t>(word) >> readers_shift;
    }
    static constexpr std::uint32_t holder_of(type word) noexcept
    {
        return static_cast<std::uint32_t>((word & holder) >> holder_shift);
    }
    static constexpr std::uint32_t writer_of(type word) noexcept
    {
        return (word & upgrade) == 0 ? holder_of(word) : 0;
    }
    static constexpr std::uint32_t upgrader_of(type word) noexcept
    {
        return (word & upgrade) != 0 ? holder_of(word) : 0;
    }

    /// Whether a mistaken unlock_shared() is being taken back (Invariant 3).
    static constexpr bool is_underrun(type word) noexcept { return static_cast<std::int64_t>(word) < 0; }

    /// Whether one more may read without a look at anything else: no holder, no flag.
    static constexpr bool is_open(type word) noexcept
    {
        return static_cast<std::uint32_t>(word) == 0 && word < static_cast<type>(most_readers)
                                                                   << readers_shift;
    }

    /// Whether an unlock_shared() that left this word has more to do.
    static constexpr bool was_last(type word) noexcept
    {
        return is_underrun(word) || (word < one_reader && (word & queued) != 0);
    }

    /// The word of a writer, and nothing else.
    static constexpr type written_by(std::uint32_t id) noexcept { return type{id} << holder_shift; }

    /// Whether `mode` is to be had, if nothing else forbids taking it.
    static constexpr bool can_take(type word, share_mode mode) noexcept
    {
        const std::int64_t readers = readers_of(word);
        switch (mode) {
        case share_mode::exclusive: return readers == 0 && holder_of(word) == 0;
        case share_mode::shared: return readers >= 0 && readers < most_readers && writer_of(word) == 0;
        case share_mode::upgrade: return readers >= 0 && holder_of(word) == 0;
        case share_mode::raise: return readers == 0;
        }
        return false;
    }

    /// The word after `id` has taken it. Precondition: can_take(word, mode).
    static constexpr type take(type word, share_mode mode, std::uint32_t id) noexcept
    {
        switch (mode) {
        case share_mode::exclusive: return word | written_by(id);
        case share_mode::shared: return word + one_reader;
        case share_mode::upgrade: return word | written_by(id) | upgrade;
        case share_mode::raise: return word & ~upgrade;
        }
        return word;
    }

    /// The word after its holder let go: a spinner is told by the count, and forgotten once that is full.
    static constexpr type give(type word) noexcept
    {
        const type free = word & ~(holder | upgrade);
        if ((word & spinning) == 0) {
            return free;
        }
        return (word & releases) == releases ? stop_spinning(free) : free + one_release;
    }

    /// The word after its holder has become a reader. Precondition: !is_underrun(word).
    static constexpr type give_to_read(type word) noexcept { return give(word) + one_reader; }

    /// The word after its writer has become its upgrader.
    static constexpr type lower(type word) noexcept { return word | upgrade; }

    /// The word without its spinner.
    static constexpr type stop_spinning(type word) noexcept { return word & ~(spinning | releases); }

    /// How many exclusive releases lie between two words that one spinner read.
    static constexpr unsigned missed(type before, type after) noexcept
    {
        return static_cast<unsigned>(((after & releases) - (before & releases)) & releases) /
               static_cast<unsigned>(one_release);
    }
};

/// What a shared mutex consists of, and all that the waiting algorithm knows of it. `wanted` is a mode and
/// the identity of the thread.
struct shared_cell {
    using word = shared_word;
    static constexpr cell_kind kind = cell_kind::shared;
    static constexpr bool has_owner = true;
    static constexpr bool is_shareable = true;

    platform::atomic<shared_word::type> state{0};

    static constexpr std::uint64_t wish(share_mode mode, std::uint32_t id) noexcept
    {
        return static_cast<std::uint64_t>(mode) << 32 | id;
    }
    static constexpr share_mode mode_of(std::uint64_t wanted) noexcept
    {
        return static_cast<share_mode>(wanted >> 32);
    }

    [[nodiscard]] bool can_take(shared_word::type now, std::uint64_t wanted) const noexcept
    {
        return shared_word::can_take(now, mode_of(wanted));
    }

    static constexpr shared_word::type take(shared_word::type now, std::uint64_t wanted) noexcept
    {
        return shared_word::take(now, mode_of(wanted), static_cast<std::uint32_t>(wanted));
    }

    /// Whether somebody holds it who lets others read beside.
    static constexpr bool is_shared(shared_word::type now) noexcept
    {
        return shared_word::readers_of(now) != 0 || (now & shared_word::upgrade) != 0;
    }

    /// Whether nobody may overtake a first waiter that wants this. Who waits for readers to leave must not
    /// see new ones come, unless it has seen writers come and go, and trusts that somebody will call it; who
    /// is to become the writer is in everybody's way. Who can share what others hold is let in at once. Who
    /// waits for another upgrader lets readers pass.
    static constexpr bool reserves(shared_word::type now, std::uint64_t wanted, bool is_patient) noexcept
    {
        const share_mode mode = mode_of(wanted);
        return is_shared(now) && (!is_patient || mode == share_mode::raise) &&
               (mode != share_mode::upgrade || shared_word::holder_of(now) == 0);
    }

    /// Whether the word will say in a moment what is free: a mistaken unlock_shared() is being taken back.
    static constexpr bool is_settling(shared_word::type now) noexcept
    {
        return shared_word::is_underrun(now);
    }

    /// The flags above an empty queue: none.
    static constexpr shared_word::type idle_flags(shared_word::type) noexcept { return 0; }

    /// How a wait ends that can never be served: every holder leaves sooner or later.
    static constexpr std::optional<outcome> refusal(shared_word::type, std::uint64_t) noexcept
    {
        return std::nullopt;
    }

    /// Whether nobody may overtake the queue: decided for each first waiter alone.
    static constexpr bool is_strict(shared_word::type) noexcept { return false; }
};

}  // namespace signalbox::detail
