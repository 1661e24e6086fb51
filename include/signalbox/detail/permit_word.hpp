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
//   16-55  out       acquire adds, release      -                                never
//                    subtracts
//   56-63  releases  every release adds one     wraps                            a spinner gives up early
//
// Invariant 1  out = capacity - available: a permit is counted in exactly one place. A capacity that shrinks
//              below what is out makes `available` negative without touching the word.
// Invariant 2  While `reserved` is set nobody takes a permit but the head of the queue, or who serves it.
// Invariant 3  out < 0 means that releases of one permit went past the capacity and are about to be taken
//              back. Then every permit is free, so that nobody holds one, every other release is a mistake
//              too, and nobody takes one until all are taken back: no one else can see the mistake. (A
//              release of several permits could pass 0 while some are out; it is a compare-and-swap.)
// Because      A release of one is one fetch_add: it has not to read the word first, which would cost 2 to 4
//              ns on the same core (bench/README.md). The carry out of bit 63 and the borrow out of bit 55
//              fall into `releases`, which is a hint.
// Checked by   models/semaphore.pml, tests/core/words_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

struct permit_word {
    using type = std::uint64_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type spinning = 4;
    static constexpr type fifo = 8;
    static constexpr unsigned out_shift = 16;
    static constexpr unsigned out_bits = 40;
    static constexpr unsigned above_out = 64 - out_shift - out_bits;
    static constexpr type one_out = type{1} << out_shift;
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

    /// The word without its spinner.
    static constexpr type stop_spinning(type word) noexcept { return word & ~spinning; }

    /// How many releases lie between two words.
    static constexpr unsigned missed(type before, type after) noexcept
    {
        return static_cast<unsigned>(after / one_release - before / one_release) & 0xFFU;
    }
};

/// What a semaphore consists of, and all that the waiting algorithm knows of it.
struct permit_cell {
    using word = permit_word;
    static constexpr cell_kind kind = cell_kind::permits;
    static constexpr bool has_owner = false;

    platform::atomic<permit_word::type> state;
    platform::atomic<std::int64_t> capacity;

    /// Whether the state lets `wanted` (a number of permits) in.
    [[nodiscard]] bool can_take(permit_word::type now, std::uint64_t wanted) const noexcept
    {
        // relaxed: a capacity that changes meanwhile changes the word too, and the compare-and-swap fails
        return permit_word::can_take(now, static_cast<std::int64_t>(wanted),
                                     capacity.load(std::memory_order_relaxed));
    }

    static constexpr permit_word::type take(permit_word::type now, std::uint64_t wanted) noexcept
    {
        return permit_word::take(now, static_cast<std::int64_t>(wanted));
    }

    /// Whether the word will say in a moment what is free: a mistaken release is being taken back.
    static constexpr bool is_settling(permit_word::type now) noexcept
    {
        return permit_word::is_overfull(now);
    }

    /// Whether nobody may overtake the queue.
    static constexpr bool is_strict(permit_word::type now) noexcept { return (now & permit_word::fifo) != 0; }
};

}  // namespace signalbox::detail
