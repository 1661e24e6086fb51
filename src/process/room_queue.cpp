// The queue of the waiting room: cells in the order of their tickets.
//
//   killed                          left behind                          repaired by
//   while it joins                  a cell without a participant,        take_over(): sets the flags anew
//                                   flags above it, and the lock
//   after that                      a cell of the dead                   recover()
//   called, before it takes         a cell of the dead, free permits     recover(), which serves the next
#include <algorithm>
#include <array>
#include <limits>

#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/liveness.hpp>
#include <signalbox/platform/shared_wait.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/thread_registry.hpp"
#include "process/errors.hpp"
#include "process/room.hpp"
#include "process/turns.hpp"

namespace signalbox::process::detail {

struct queue_picture {
    struct place {
        std::uint64_t ticket;
        std::uint32_t cell;
    };
    std::array<place, waiters_most> places;  // NOLINT: written as far as `count`
    std::size_t count = 0;
};

namespace {

std::uint32_t waiters_used(const object_layout& shared) noexcept
{
    return std::min(shared.head.waiters_used.load(), waiters_most);
}

void read_queue(const object_layout& shared, queue_picture& queue) noexcept
{
    const std::uint32_t used = waiters_used(shared);
    for (std::uint32_t i = 0; i < used; ++i) {
        if (shared.waiters[i].participant.load() != 0) {
            queue.places[queue.count++] = {shared.waiters[i].ticket.load(), i};
        }
    }
    std::sort(queue.places.begin(), queue.places.begin() + static_cast<std::ptrdiff_t>(queue.count),
              [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
}

std::int64_t wanted_of(const waiter_cell& cell) noexcept
{
    return std::clamp<std::int64_t>(cell.wanted.load(), 1, ledger_word::most);
}

}  // namespace

// Calls those whose turn it is with so much free. Returns from how many on there will be more to do.
std::int64_t room::call_for(const queue_picture& queue, std::int64_t free) noexcept
{
    object_layout& shared = *object_.shared;
    std::int64_t needed = 0;
    for (std::size_t i = 0; i < queue.count; ++i) {
        const std::uint32_t index = queue.places[i].cell;
        waiter_cell& cell = shared.waiters[index];
        needed += wanted_of(cell);
        if (needed > free && cell.state.load() != called) {
            return needed;
        }
        if (cell.state.exchange(called) == waiting) {
            // relaxed: only where to wait awake depends on it
            shared.head.caller_cpu.store(platform::current_cpu() + 1, std::memory_order_relaxed);
            if (call_count_ < std::size(calls_)) {
                calls_[call_count_++] = index;
            } else {
                platform::wake_shared(cell.state, 1);
            }
        }
    }
    return std::numeric_limits<std::int64_t>::max();
}

// By Invariant 3: what is free is looked at again after `serve_from` is written. Each round calls one more.
void room::serve() noexcept
{
    object_head& head = object_.shared->head;
    queue_picture queue;
    read_queue(*object_.shared, queue);
    if (queue.count == 0) {
        return;  // who joins serves
    }
    std::int64_t free = ledger_word::free_of(object_.books.now());
    std::int64_t next = free;
    while (next <= free) {
        next = call_for(queue, free);
        head.serve_from.store(next);
        free = ledger_word::free_of(object_.books.now());
    }
    if (head.first.load() != queue.places[0].ticket + 1) {
        // relaxed: the one is read under the lock alone, of the other an old value ends a turn early
        head.first.store(queue.places[0].ticket + 1, std::memory_order_relaxed);
        head.turn_ends.store(turn_end(queue.count), std::memory_order_relaxed);  // relaxed: as above
    }
}

void room::call_all() noexcept
{
    object_layout& shared = *object_.shared;
    const std::uint32_t used = waiters_used(shared);
    for (std::uint32_t i = 0; i < used; ++i) {
        if (shared.waiters[i].participant.load() != 0) {
            shared.waiters[i].state.store(called);
            platform::wake_shared(shared.waiters[i].state, 1);
        }
    }
}

waiter_cell& room::join(std::int64_t wanted)
{
    object_layout& shared = *object_.shared;
    const std::uint32_t used = waiters_used(shared);
    std::uint32_t index = 0;
    while (index < used && shared.waiters[index].participant.load() != 0) {
        ++index;
    }
    if (index == waiters_most) {
        fail(std::errc::resource_unavailable_try_again, object_.name,
             "has " + std::to_string(waiters_most) + " waiters; there is no place for one more");
    }
    if (index == used) {
        object_.reserve(&shared.waiters[index], sizeof shared.waiters[index]);
        shared.head.waiters_used.store(index + 1);
    }
    waiter_cell& cell = shared.waiters[index];
    // relaxed: all five are seen by who sees the participant, or has the lock
    cell.state.store(waiting, std::memory_order_relaxed);                       // relaxed: as above
    cell.wanted.store(wanted, std::memory_order_relaxed);                       // relaxed: as above
    cell.since.store(platform::boot_nanoseconds(), std::memory_order_relaxed);  // relaxed: as above
    const auto thread = static_cast<std::uint32_t>(platform::kernel_thread());
    cell.thread.store(thread, std::memory_order_relaxed);  // relaxed: as above
    cell.ticket.store(shared.head.next_ticket.fetch_add(1), std::memory_order_relaxed);  // relaxed: as above
    const bool is_strict = object_.traits.is_fifo != 0;
    object_.books.change(ledger_word::queued | (is_strict ? ledger_word::reserved : 0), 0);
    cell.participant.store(mine_ + 1);  // now it is seen, and under fifo nobody overtakes it any more
    return cell;
}

void room::leave(waiter_cell& cell) noexcept
{
    const bool was_first = is_first(cell);
    cell.participant.store(0);
    refresh_flags(was_first);
}

bool room::is_turn_of(const waiter_cell& cell) const noexcept
{
    queue_picture queue;
    read_queue(*object_.shared, queue);
    std::int64_t free = ledger_word::free_of(object_.books.now());
    for (std::size_t i = 0; i < queue.count; ++i) {
        const waiter_cell& other = object_.shared->waiters[queue.places[i].cell];
        free -= wanted_of(other);
        if (free < 0 || &other == &cell) {
            break;
        }
    }
    return free >= 0;
}

bool room::is_first(const waiter_cell& cell) const noexcept
{
    queue_picture queue;
    read_queue(*object_.shared, queue);
    return queue.count > 0 && &object_.shared->waiters[queue.places[0].cell] == &cell;
}

// `queued` while anybody waits. A reservation ends with the wait of the first, and with no other one's:
// whoever is first then sets it again if it must. Under fifo it is there as long as the queue.
void room::refresh_flags(bool is_first_gone) noexcept
{
    queue_picture queue;
    read_queue(*object_.shared, queue);
    if (queue.count == 0) {
        object_.books.change(0, ledger_word::queued | ledger_word::reserved);
    } else if (object_.traits.is_fifo != 0) {
        object_.books.change(ledger_word::queued | ledger_word::reserved, 0);
    } else {
        object_.books.change(ledger_word::queued, is_first_gone ? ledger_word::reserved : 0);
    }
}

}  // namespace signalbox::process::detail
