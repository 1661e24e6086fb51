// The word of a semaphore: 64 bits that say how many permits are out and what the next release has to do.
//
//   bits   name      set by                     cleared by                       if wrongly set
//   0      queued    who queues                 who empties the queue; who       a release looks at the queue
//                                               starts a time slice              in vain
//   1      reserved  the first in the queue,    who serves the first; the        newcomers queue; who stands
//                    awake; under fifo whoever  first, when it leaves            first then takes it
//                    queues
//   2      spinning  the one spinner            it, at its end                   nobody else spins
//   3      fifo      the constructor            nobody                           -
//   4      closed    close()                    nobody                           never
//   5      named     the constructor            nobody                           its end looks for a name
//   6-15   resizes   every resize adds one      wraps                            -
//   16-55  out       acquire adds, release      -                                never
//                    subtracts
//   56-63  releases  every release adds one     wraps                            a spinner gives up early
//
// Invariant 1  out = capacity - available: a permit is counted in exactly one place. A capacity that shrinks
//              below what is out makes `available` negative without touching the word.
// Invariant 2  While `reserved` is set nobody takes a permit but the head of the queue, or who serves it. It
//              is set as long as `closed` is, above an empty queue too: whoever looks for `reserved`, as
//              every path that takes must, need not look for `closed`.
// Invariant 3  out < 0 means that releases of one permit went past the capacity and are about to be taken
//              back. Then every permit is free, so that nobody holds one, every other release is a mistake
//              too, and nobody takes one until all are taken back: no one else can see the mistake. (A
//              release of several permits could pass 0 while some are out; it is a compare-and-swap.)
// Invariant 4  Whoever takes permits takes them from the capacity that is in force when its compare-and-swap
//              succeeds. A resize writes the capacity, then changes `resizes`, with release order. Who read
//              the word before fails, as it is another one (the same again takes 1,024 resizes and
//              a multiple of 256 releases between two instructions of one thread). Who reads it after, with
//              acquire order, sees the capacity as well, also through the changes that others made since:
//              each of them reads and writes the word in one step.
// Because      A release of one is one fetch_add: it has not to read the word first, which would cost 2 to 4
//              ns on the same core (bench/README.md). The carry out of bit 63 and the borrow out of bit 55
//              fall into `releases`, which is a hint.
// Checked by   models/semaphore.pml, tests/core/words_test.cpp
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include <signalbox/config.hpp>
#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

struct permit_word {
    using type = std::uint64_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type spinning = 4;
    static constexpr type fifo = 8;
    static constexpr type closed = 16;
    static constexpr type named = 32;
    static constexpr type one_resize = type{1} << 6;
    static constexpr unsigned out_shift = 16;
    static constexpr unsigned out_bits = 40;
    static constexpr unsigned above_out = 64 - out_shift - out_bits;
    static constexpr type one_out = type{1} << out_shift;
    static constexpr type resizes = one_out - one_resize;
    static constexpr type out_sign = type{1} << (out_shift + out_bits - 1);
    static constexpr type one_release = type{1} << (out_shift + out_bits);

    /// The most permits that a semaphore can have.
    static constexpr std::int64_t most = (std::int64_t{1} << (out_bits - 1)) - 1;

    /// How many permits are out; negative only while a mistaken release is taken back.
    static constexpr std::int64_t out_of(type word) noexcept
    {
        return static_cast<std::int64_t>(word << above_out) >> (out_shift + above_out);
    }

    /// A word with `out` permits out and nobody waiting.
    static constexpr type make(std::int64_t out, bool is_fifo) noexcept
    {
        return (static_cast<type>(out) << out_shift) | (is_fifo ? fifo : 0);
    }

    /// Whether a mistaken release is being taken back (Invariant 3).
    static constexpr bool is_overfull(type word) noexcept { return (word & out_sign) != 0; }

    /// Whether `n` permits are free, if nothing else forbids taking them.
    static constexpr bool can_take(type word, std::int64_t n, std::int64_t capacity) noexcept
    {
        // The word shifted to the top compares as `out` does; the bits below `out` round it up by less than
        // one.
        const auto out = static_cast<std::int64_t>(word << above_out);
        constexpr std::int64_t below = (std::int64_t{1} << (out_shift + above_out)) - 1;
        return capacity >= n && out >= 0 && out <= (capacity - n) * (below + 1) + below;
    }

    /// The word after `n` permits were taken. Precondition: can_take(word, n, capacity).
    static constexpr type take(type word, std::int64_t n) noexcept
    {
        return word + static_cast<type>(n) * one_out;
    }

    /// What a release of `n` adds to the word; the same, subtracted, takes it back.
    static constexpr type release_of(std::int64_t n) noexcept
    {
        return one_release - static_cast<type>(n) * one_out;
    }

    /// The word after one more resize.
    static constexpr type resize(type word) noexcept
    {
        return (word & ~resizes) | ((word + one_resize) & resizes);
    }

    /// The word after the semaphore was closed and its queue emptied (Invariant 2).
    static constexpr type close(type word) noexcept { return (word & ~queued) | closed | reserved; }

    /// The word without its spinner.
    static constexpr type stop_spinning(type word) noexcept { return word & ~spinning; }

    /// How many releases lie between two words.
    static constexpr unsigned missed(type before, type after) noexcept
    {
        return static_cast<unsigned>(after / one_release - before / one_release) & 0xFFU;
    }
};

/// How the wait of a request ends that is larger than the capacity became. Inside the library alone: what
/// the caller gets is an exception.
inline constexpr outcome outgrown = static_cast<outcome>(-1);

/// What a semaphore consists of, and all that the waiting algorithm knows of it.
struct permit_cell {
    using word = permit_word;
    static constexpr cell_kind kind = cell_kind::permits;
    static constexpr bool has_owner = false;
    static constexpr bool is_shareable = false;

    platform::atomic<permit_word::type> state;
    platform::atomic<std::int64_t> capacity;

    /// The name that the options gave ends with the semaphore. Without one this is one test.
    constexpr ~permit_cell()
    {
        if (!std::is_constant_evaluated() &&
            // relaxed: written by the constructor
            (state.load(std::memory_order_relaxed) & permit_word::named) != 0) {
            forget_name();
        }
    }

    SIGNALBOX_API void forget_name() noexcept;

    /// Whether the state lets `wanted` (a number of permits) in.
    [[nodiscard]] bool can_take(permit_word::type now, std::uint64_t wanted) const noexcept
    {
        // relaxed: it is as new as `now` for who read that with acquire order (Invariant 4)
        return permit_word::can_take(now, static_cast<std::int64_t>(wanted),
                                     capacity.load(std::memory_order_relaxed));
    }

    static constexpr permit_word::type take(permit_word::type now, std::uint64_t wanted) noexcept
    {
        return permit_word::take(now, static_cast<std::int64_t>(wanted));
    }

    /// Whether nobody may overtake a first waiter that wants this: several permits, which it would never see
    /// together if others took them one by one.
    static constexpr bool reserves(permit_word::type now, std::uint64_t wanted, bool) noexcept
    {
        return is_strict(now) || wanted > 1;
    }

    /// Whether the word will say in a moment what is free: a mistaken release is being taken back.
    static constexpr bool is_settling(permit_word::type now) noexcept
    {
        return permit_word::is_overfull(now);
    }

    /// The flags above an empty queue: a closed semaphore lets nobody in.
    static constexpr permit_word::type idle_flags(permit_word::type now) noexcept
    {
        return (now & permit_word::closed) != 0 ? permit_word::reserved : 0;
    }

    /// How the wait of a request for `wanted` ends that can't be served any more, if it can't.
    /// Precondition: the bucket is locked, so that nobody closes or resizes.
    [[nodiscard]] std::optional<outcome> refusal(permit_word::type now, std::uint64_t wanted) const noexcept
    {
        if ((now & permit_word::closed) != 0) {
            return outcome::closed;
        }
        // relaxed: the bucket's lock publishes it
        const bool fits = static_cast<std::int64_t>(wanted) <= capacity.load(std::memory_order_relaxed);
        return fits ? std::nullopt : std::optional{outgrown};
    }

    /// Whether nobody may overtake the queue.
    static constexpr bool is_strict(permit_word::type now) noexcept { return (now & permit_word::fifo) != 0; }
};

}  // namespace signalbox::detail
