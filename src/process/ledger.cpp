// The operations of the ledger. Each loop ends with a compare-and-swap that happens, a refusal, or `corrupt`.
//
//   killed                               left behind                           repaired by
//   before the compare-and-swap          an entry that nobody will read        the cell's next operation
//   after it                             the operation has happened            whoever names another cell
//   while it settles another's cell      settled, or not                       the next to come
//
// Edges        E1  give() -> take(): what came before a permit was given back is visible to who takes it.
#include "process/ledger.hpp"

namespace signalbox::process::detail {

using word = ledger_word;

ledger::snapshot ledger::entry_at(word::type now, std::uint32_t cell, holder_entry& entry) const noexcept
{
    const holder_cell& found = shared_->holders[cell];
    if (word::who_of(now) == cell) {
        entry = holder_entry::of(found.entries[word::sequence_of(now) % 2].load());
        if (entry.is_named_by(now)) {
            return snapshot::good;
        }
    } else {
        const auto number = static_cast<std::uint32_t>(found.settled.load());
        entry = holder_entry::of(found.entries[number % 2].load());
        if (entry.number == number) {
            return snapshot::good;
        }
    }
    return this->now() == now ? snapshot::corrupt : snapshot::changed;
}

// By Invariant 2: before another cell is named. The number that `settled` has is read before the word is
// looked at again, so that a late one can't replace a newer number, and is noticed if it comes in between.
ledger::snapshot ledger::settle(word::type now) noexcept
{
    holder_cell& last = shared_->holders[word::who_of(now)];
    std::uint64_t settled = last.settled.load();
    const holder_entry entry = holder_entry::of(last.entries[word::sequence_of(now) % 2].load());
    if (this->now() != now) {
        return snapshot::changed;
    }
    if (!entry.is_named_by(now)) {
        return snapshot::corrupt;
    }
    // One that fails met a late one, which may have written the number of an operation before this.
    const bool is_settled =
        settled == entry.number || last.settled.compare_exchange_strong(settled, entry.number);
    return is_settled ? snapshot::good : snapshot::changed;
}

verdict ledger::may_take(word::type now, std::int64_t n, passage how) const noexcept
{
    if ((now & word::shut) != 0 && !death_tells_) {
        return verdict::shut;
    }
    if ((now & word::reserved) != 0 && how == passage::newcomer) {
        return verdict::not_yours;
    }
    return word::free_of(now) < n ? verdict::too_few : verdict::done;
}

// One attempt. `value`: what the holder gets; `free`: what becomes free.
verdict ledger::operate(word::type now, std::uint32_t cell, holder_entry& last, std::int64_t value,
                        std::int64_t free, word::type set, word::type clear) noexcept
{
    const holder_entry next = last.next(value);
    // E1 release: the compare-and-swap publishes it; nobody reads this entry before
    shared_->holders[cell].entries[next.number % 2].store(next.bits(), std::memory_order_release);
    const word::type after = (word::operate(now, free, cell, next.number) | set) & ~clear;
    if (!shared_->head.word.compare_exchange_strong(now, after)) {
        return verdict::again;
    }
    last = next;
    return verdict::done;
}

// Runs `change(word)` until it does not say `again`; the word's cell is this one, or has been settled.
template <class Change>
verdict ledger::transact(std::uint32_t cell, Change change) noexcept
{
    for (;;) {
        const word::type seen = now();
        const snapshot last = word::who_of(seen) == cell ? snapshot::good : settle(seen);
        if (last == snapshot::corrupt) {
            return verdict::corrupt;
        }
        const verdict answer = last == snapshot::good ? change(seen) : verdict::again;
        if (answer != verdict::again) {
            return answer;
        }
    }
}

verdict ledger::take(std::int64_t n, passage how) noexcept
{
    word::type seen = now();
    for (;;) {
        const verdict answer = may_take(seen, n, how);
        // E1 acquire: pairs with the swap in give(); relaxed: a failure looks again
        if (answer != verdict::done ||
            shared_->head.word.compare_exchange_strong(
                seen, word::add_free(seen, -n), std::memory_order_acquire, std::memory_order_relaxed)) {
            return answer;
        }
    }
}

verdict ledger::take(lease& holder, std::int64_t n, passage how) noexcept
{
    return transact(holder.cell, [&](word::type seen) {
        const verdict answer = may_take(seen, n, how);
        if (answer != verdict::done) {
            return answer;
        }
        const word::type shut = seen & word::shut;
        const verdict taken = operate(seen, holder.cell, holder.last, n, -n, 0, shut);
        return taken == verdict::done && shut != 0 ? verdict::died : taken;
    });
}

verdict ledger::give(std::int64_t n, word::type& before) noexcept
{
    for (;;) {
        before = now();
        word::type expected = before;
        const verdict answer = are_out(before, n);
        if (answer == verdict::too_few || answer == verdict::corrupt) {
            return answer;
        }
        if (answer == verdict::done &&
            shared_->head.word.compare_exchange_strong(expected, word::add_free(before, n))) {
            return answer;
        }
    }
}

verdict ledger::give(lease& holder, std::int64_t n, word::type& before) noexcept
{
    return transact(holder.cell, [&](word::type seen) {
        before = seen;
        return operate(seen, holder.cell, holder.last, -n, n, 0, 0);
    });
}

verdict ledger::forget(lease& holder, std::int64_t n) noexcept
{
    return transact(holder.cell,
                    [&](word::type seen) { return operate(seen, holder.cell, holder.last, -n, 0, 0, 0); });
}

verdict ledger::adopt(lease& holder, std::int64_t n) noexcept
{
    return transact(holder.cell, [&](word::type seen) {
        const verdict answer = are_out(seen, n);
        return answer == verdict::done ? operate(seen, holder.cell, holder.last, n, 0, 0, 0) : answer;
    });
}

verdict ledger::resize(std::int64_t capacity) noexcept
{
    return transact(capacity_cell, [&](word::type seen) {
        holder_entry last;
        const snapshot looked = entry_at(seen, capacity_cell, last);
        if (looked != snapshot::good) {
            return looked == snapshot::corrupt ? verdict::corrupt : verdict::again;
        }
        const std::int64_t more = capacity - last.value;
        const std::int64_t free = word::free_of(seen) + more;
        if (free > word::most || free < -word::most) {
            return now() == seen ? verdict::too_few : verdict::again;
        }
        return operate(seen, capacity_cell, last, more, more, 0, 0);
    });
}

verdict ledger::take_back(std::uint32_t cell, bool is_marked) noexcept
{
    return transact(cell, [&](word::type seen) {
        holder_entry last;
        const snapshot looked = entry_at(seen, cell, last);
        if (looked != snapshot::good) {
            return looked == snapshot::corrupt ? verdict::corrupt : verdict::again;
        }
        if (last.value == 0) {
            return now() == seen ? verdict::done : verdict::again;
        }
        const std::int64_t free = word::free_of(seen) + last.value;
        if (free > word::most || free < -word::most) {
            return now() == seen ? verdict::corrupt : verdict::again;
        }
        return operate(seen, cell, last, -last.value, last.value, is_marked ? word::shut : 0, 0);
    });
}

verdict ledger::shift(std::uint32_t cell, std::int64_t n) noexcept
{
    return transact(cell, [&](word::type seen) {
        holder_entry last;
        const snapshot looked = entry_at(seen, cell, last);
        if (looked != snapshot::good) {
            return looked == snapshot::corrupt ? verdict::corrupt : verdict::again;
        }
        const std::int64_t sum = last.value + n;
        if (sum > word::most || sum < -word::most) {
            return now() == seen ? verdict::corrupt : verdict::again;
        }
        return operate(seen, cell, last, n, 0, 0, 0);
    });
}

word::type ledger::change(word::type set, word::type clear) noexcept
{
    word::type seen = now();
    while (((seen | set) & ~clear) != seen &&
           !shared_->head.word.compare_exchange_strong(seen, (seen | set) & ~clear)) {
    }
    return seen;
}

void ledger::set_while(word::type is_set, word::type flag) noexcept
{
    word::type seen = now();
    while ((seen & is_set) != 0 && (seen & flag) == 0 &&
           !shared_->head.word.compare_exchange_strong(seen, seen | flag)) {
    }
}

}  // namespace signalbox::process::detail
