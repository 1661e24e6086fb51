// The ledger in shared memory: who takes and gives permits, and what everybody has, at one moment.
//
// Invariant 1  Those of core/holder_ledger.hpp. A cell's entries are written by its own thread, or, when that
//              process is dead, by who holds the room (recovery.hpp).
// Because      Everything that happens, happens in one compare-and-swap of the word. What is summed over the
//              cells is right if the word is the same afterwards: each operation on a cell changes it.
// Crash        A kill leaves the word before or after an operation. Nothing waits for the one who was killed.
// Checked by   models/ledger.pml, tests/process/permit_test.cpp, tests/crash/every_instruction_test.cpp
#pragma once

#include <memory>

#include "process/layout.hpp"

namespace signalbox::process::detail {

/// What a thread knows of its own cell.
struct lease {
    std::uint32_t cell = 0;
    std::uint32_t thread = 0;  // the identity of its thread; 0: none, the balance waits for the next one
    std::uint32_t tenancy = 0;
    std::uint32_t lone = 0;          // operations in a row between which no other cell had one
    holder_entry last;               // after its last operation
    std::int64_t rests = 0;          // how many lie in its pocket (resting.hpp)
    std::unique_ptr<lease> spare{};  // the cell for what it holds besides
};

enum class verdict {
    done,
    died,       // done, and the last owner had died
    too_few,    // there are not as many: free ones to take, or ones that are out to give back
    not_yours,  // the queue comes first
    shut,
    corrupt,  // what stands in the file contradicts itself
    again,    // somebody was faster (inside the ledger only)
};

constexpr bool is_taken(verdict answer) noexcept
{
    return answer == verdict::done || answer == verdict::died;
}

/// Newcomers respect the queue; who stands first in it does not.
enum class passage { newcomer, called };

class ledger {
public:
    using word = ledger_word;

    /// `death_tells`: the bit `shut` only tells the next one of a death; otherwise it keeps everybody out.
    ledger(object_layout& shared, bool death_tells) noexcept : shared_{&shared}, death_tells_{death_tells} {}

    [[nodiscard]] word::type now() const noexcept { return shared_->head.word.load(); }

    [[nodiscard]] bool is_shut() const noexcept { return !death_tells_ && (now() & word::shut) != 0; }

    verdict take(std::int64_t n, passage how) noexcept;
    verdict take(lease& holder, std::int64_t n, passage how) noexcept;
    /// `before` is the word that was changed: its flags say whether somebody waits.
    verdict give(std::int64_t n, word::type& before) noexcept;
    verdict give(lease& holder, std::int64_t n, word::type& before) noexcept;

    /// Makes what is held something that is out, or the reverse; nothing becomes free.
    verdict forget(lease& holder, std::int64_t n) noexcept;
    verdict adopt(lease& holder, std::int64_t n) noexcept;

    /// Only for who holds the room: of the capacity, and of dead holders. `death`: mark it in the word.
    verdict resize(std::int64_t capacity) noexcept;
    verdict take_back(std::uint32_t cell, bool is_marked) noexcept;

    /// Only for who holds the room, of a cell that no thread uses meanwhile: it has `n` more, and nothing
    /// becomes free.
    verdict shift(std::uint32_t cell, std::int64_t n) noexcept;

    /// Sets and clears flags; returns the word as it was.
    word::type change(word::type set, word::type clear) noexcept;
    /// Sets a flag while another one is set.
    void set_while(word::type is_set, word::type flag) noexcept;

    struct picture {
        verdict result = verdict::corrupt;
        std::int64_t free = 0;
        std::int64_t held = 0;     // also what rests
        std::int64_t resting = 0;  // each pocket at the moment when it was looked at
        std::int64_t capacity = 0;
    };

    /// Everything at one moment. Complexity: as many loads as threads ever held something.
    [[nodiscard]] picture look() const noexcept;
    /// What one cell has at one moment.
    verdict value_of(std::uint32_t cell, holder_entry& entry) const noexcept;

private:
    enum class snapshot { good, changed, corrupt };

    snapshot entry_at(word::type now, std::uint32_t cell, holder_entry& entry) const noexcept;
    snapshot sum_at(word::type now, picture& sum) const noexcept;
    snapshot settle(word::type now) noexcept;
    verdict are_out(word::type seen, std::int64_t n) noexcept;
    [[nodiscard]] bool remembers(word::type seen, std::int64_t& free_most) const noexcept;
    void remember(word::type seen, std::int64_t free_most) noexcept;
    [[nodiscard]] verdict may_take(word::type now, std::int64_t n, passage how) const noexcept;
    verdict operate(word::type now, std::uint32_t cell, holder_entry& last, std::int64_t value,
                    std::int64_t free, word::type set, word::type clear) noexcept;
    template <class Change>
    verdict transact(std::uint32_t cell, Change change) noexcept;
    [[nodiscard]] std::uint32_t holders_used() const noexcept;

    object_layout* shared_;
    bool death_tells_;
    // What capacity - held was after one operation, so that a release need not add up. Odd: not whole.
    atomic<bool> is_written_{false};
    atomic<std::uint32_t> version_{1};
    atomic<std::uint64_t> operation_{0};
    atomic<std::int64_t> free_most_{0};
};

}  // namespace signalbox::process::detail
