// The ledger of a semaphore whose permits have holders: one word, and a cell for each holder. Only pure
// transitions.
//
// The word:
//   bits   name      what it says
//   0      queued    somebody waits: who gives a permit back has to look at the queue
//   1      reserved  nobody may overtake the queue
//   2      shut      closed (semaphores, poisoned mutexes), or: the last owner died (other mutexes)
//   3-21   sequence  the low bits of the number of the last operation of ...
//   22-32  who       ... this holder's cell, which was the last one to change what a holder has
//   33-63  free      permits that are free; negative while a shrunk capacity is owed
//
// A cell has two entries {value, number}. The operation `number` of a holder writes entry[number % 2], and
// then puts {who, number} and what is free into the word with one compare-and-swap: that is the moment at
// which it happens. The entry of the operation before stays as it is.
//
// Invariant 1  The value of the cell that the word names is its entry of the word's sequence. The value of
//              every other cell is its entry of the number that its `settled` says.
// Invariant 2  Whoever puts another cell's name into the word has settled the cell that stood there before.
// Invariant 3  free + what all holders have + what is out = capacity. The capacity is the value of cell 0, so
//              that changing it is an operation like any other; what is out is what remains.
// Because      A permit moves between `free` and its holder in one compare-and-swap, for any number of
//              permits. A holder that goes on alone settles nothing: one plain store is all that is added.
// Crash        Before the compare-and-swap nothing has happened: the entry it wrote is not the valid one.
//              After it everything has: whoever comes next settles it.
// Checked by   models/ledger.pml, tests/core/holder_ledger_test.cpp
#pragma once

#include <cstdint>

namespace signalbox::detail {

struct ledger_word {
    using type = std::uint64_t;

    static constexpr type queued = 1;
    static constexpr type reserved = 2;
    static constexpr type shut = 4;
    static constexpr unsigned sequence_shift = 3;
    static constexpr unsigned sequence_bits = 19;
    static constexpr unsigned who_shift = sequence_shift + sequence_bits;
    static constexpr unsigned who_bits = 11;
    static constexpr unsigned free_shift = who_shift + who_bits;

    static constexpr std::uint32_t sequence_mask = (std::uint32_t{1} << sequence_bits) - 1;
    static constexpr std::uint32_t holders_most = std::uint32_t{1} << who_bits;
    /// The most permits that a semaphore can have.
    static constexpr std::int64_t most = (std::int64_t{1} << 30) - 1;

    static constexpr std::int64_t free_of(type word) noexcept
    {
        return static_cast<std::int64_t>(word) >> free_shift;
    }

    static constexpr std::uint32_t who_of(type word) noexcept
    {
        return static_cast<std::uint32_t>(word >> who_shift) & (holders_most - 1);
    }

    static constexpr std::uint32_t sequence_of(type word) noexcept
    {
        return static_cast<std::uint32_t>(word >> sequence_shift) & sequence_mask;
    }

    /// A word with `free` permits, nobody waiting, and the capacity's first entry settled.
    static constexpr type make(std::int64_t free) noexcept { return static_cast<type>(free) << free_shift; }

    /// `n` permits more are free, or less; no holder has more or less.
    static constexpr type add_free(type word, std::int64_t n) noexcept
    {
        return word + (static_cast<type>(n) << free_shift);
    }

    /// The same, as operation `number` of the holder `who`.
    static constexpr type operate(type word, std::int64_t n, std::uint32_t who, std::uint32_t number) noexcept
    {
        constexpr type named =
            (type{sequence_mask} << sequence_shift) | (type{holders_most - 1} << who_shift);
        return (add_free(word, n) & ~named) | (type{number & sequence_mask} << sequence_shift) |
               (type{who} << who_shift);
    }
};

/// What a holder has after its operation `number`. Of threads that give back what others of their process
/// took it can be negative; the sum over a process is what the process holds.
struct holder_entry {
    std::int32_t value = 0;
    std::uint32_t number = 0;

    static constexpr holder_entry of(std::uint64_t bits) noexcept
    {
        return {static_cast<std::int32_t>(bits >> 32U), static_cast<std::uint32_t>(bits)};
    }

    [[nodiscard]] constexpr std::uint64_t bits() const noexcept
    {
        return (std::uint64_t{static_cast<std::uint32_t>(value)} << 32U) | number;
    }

    /// Whether this is the entry that the word names.
    [[nodiscard]] constexpr bool is_named_by(ledger_word::type word) const noexcept
    {
        return (number & ledger_word::sequence_mask) == ledger_word::sequence_of(word);
    }

    [[nodiscard]] constexpr holder_entry next(std::int64_t n) const noexcept
    {
        return {static_cast<std::int32_t>(value + n), number + 1};
    }
};

}  // namespace signalbox::detail
