// What the ledger adds up: who has how much, at one moment, and whether so many are out.
//
// Invariant 1  A sum that is remembered was right at one operation of a holder, and is as long as that one is
//              the last: plain permits come and go without changing what any holder has.
#include <algorithm>

#include "process/ledger.hpp"

namespace signalbox::process::detail {

using word = ledger_word;

namespace {

std::uint64_t operation_named(word::type seen, const holder_entry& entry) noexcept
{
    return (std::uint64_t{word::who_of(seen)} << 32U) | entry.number;
}

}  // namespace

std::uint32_t ledger::holders_used() const noexcept
{
    return std::min(shared_->head.holders_used.load(), holders_most);
}

// Complete only if the word is still the same afterwards: the caller looks, or swaps.
ledger::snapshot ledger::sum_at(word::type now, picture& sum) const noexcept
{
    holder_entry entry;
    snapshot seen = entry_at(now, capacity_cell, entry);
    sum = {verdict::done, word::free_of(now), 0, 0, entry.value};
    const std::uint32_t used = holders_used();
    for (std::uint32_t cell = 1; cell < used && seen == snapshot::good; ++cell) {
        seen = entry_at(now, cell, entry);
        sum.held += entry.value;
        sum.resting += is_resting(shared_->holders[cell]) ? entry.value : 0;
    }
    return seen;
}

// Who made the last operation, and its whole number: while they are the same, every holder has what it had.
bool ledger::remembers(word::type seen, std::int64_t& free_most) const noexcept
{
    const std::uint32_t version = version_.load();
    const std::uint64_t operation = operation_.load();
    free_most = free_most_.load();
    const holder_entry entry =
        holder_entry::of(shared_->holders[word::who_of(seen)].entries[word::sequence_of(seen) % 2].load());
    return version % 2 == 0 && operation == operation_named(seen, entry) && entry.is_named_by(seen) &&
           version_.load() == version;
}

void ledger::remember(word::type seen, std::int64_t free_most) noexcept
{
    const holder_entry entry =
        holder_entry::of(shared_->holders[word::who_of(seen)].entries[word::sequence_of(seen) % 2].load());
    std::uint32_t version = version_.load();
    if (now() != seen || !entry.is_named_by(seen) || is_written_.exchange(true)) {
        return;  // another thread writes, or this one, below a signal handler
    }
    version_.store(version | 1U);
    operation_.store(operation_named(seen, entry));
    free_most_.store(free_most);
    version_.store((version | 1U) + 1);
    is_written_.store(false);
}

// Whether `n` are out at the moment of this word: done, too_few, again, corrupt.
verdict ledger::are_out(word::type seen, std::int64_t n) noexcept
{
    std::int64_t free_most = 0;
    if (remembers(seen, free_most) && word::free_of(seen) + n <= free_most) {
        return verdict::done;
    }
    picture sum;
    const snapshot looked = sum_at(seen, sum);
    if (looked != snapshot::good) {
        return looked == snapshot::corrupt ? verdict::corrupt : verdict::again;
    }
    remember(seen, sum.capacity - sum.held);
    if (n <= sum.capacity - sum.free - sum.held) {
        return verdict::done;
    }
    return now() == seen ? verdict::too_few : verdict::again;
}

ledger::picture ledger::look() const noexcept
{
    for (;;) {
        const word::type seen = now();
        picture sum;
        const snapshot looked = sum_at(seen, sum);
        if (looked == snapshot::corrupt) {
            return {};
        }
        if (looked == snapshot::good && now() == seen) {
            return sum;
        }
    }
}

verdict ledger::value_of(std::uint32_t cell, holder_entry& entry) const noexcept
{
    for (;;) {
        const word::type seen = now();
        const snapshot looked = entry_at(seen, cell, entry);
        if (looked == snapshot::corrupt) {
            return verdict::corrupt;
        }
        if (looked == snapshot::good && now() == seen) {
            return verdict::done;
        }
    }
}

}  // namespace signalbox::process::detail
