// The waiting room of a shared object: a lock that outlives its holder, and the queue.
//
// The lock's word:
//   0       contended   somebody sleeps on it
//   1       again       the holder shall serve the queue once more before it goes
//   2-11    holder      the slot of a participant + 1; 0: nobody
//   12-31   turn        counts how often it was taken
//
// Invariant 1  The queue, the participants' records and the cells' participants change under the lock alone.
//              Permits never move because of it: a waiter that is called takes its permits itself.
// Invariant 2  No sleeper beside a permit: who gives permits back and finds `queued` in the ledger's word
//              serves the queue, or leaves `again` to the holder; who queues sets `queued` before it looks
//              for the last time. It may leave them alone while fewer are free than `serve_from` says: then
//              those who could go on have been called.
// Invariant 3  `serve_from` is written by serve(), which looks at what is free once more afterwards; who
//              gives back reads it after its swap. So one of the two sees the other. Each change of the
//              queue, and each waiter that goes to sleep again, is followed by serve().
// Because      A waiter that is only called owns nothing yet: killed there, it leaves nothing behind but its
//              place in the queue. A release may come from a signal handler that interrupts the holder: it
//              never waits for the lock.
// Fairness     bounded: newcomers may overtake until the first of the queue has come and found nothing, or
//              until the turn is over (turns.hpp); from then on nobody overtakes it. fifo: nobody overtakes,
//              large requests included.
// Crash        A dead holder's lock is taken over (`turn` tells the new holder's word from the old one); then
//              the queue's flags are set anew, all are served, and every sleeper is woken.
// Checked by   models/pocket.pml, tests/crash/every_instruction_test.cpp
#pragma once

#include <chrono>
#include <cstdint>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

using time_point = std::chrono::steady_clock::time_point;

/// How long anybody sleeps at most before it looks again who is dead.
inline constexpr std::chrono::milliseconds belt{100};

struct queue_picture;

inline constexpr std::uint32_t no_cell = ~std::uint32_t{0};

class room {
public:
    /// Locks the room as participant `slot`. `is_fresh`: the slot was taken just now, so that a lock which
    /// names it belongs to a dead predecessor.
    /// Errors      std::system_error: the lock names this process, and no thread of it has it: forged.
    room(attachment& object, std::uint32_t slot, bool is_fresh = false);
    /// Unlocks it, and wakes those that were called.
    ~room();

    room(const room&) = delete;
    room& operator=(const room&) = delete;

    /// Calls everybody whose turn it is with what is free now.
    void serve() noexcept;
    /// Wakes everybody, whatever their turn.
    void call_all() noexcept;

    /// A place at the end of the queue. Errors: std::system_error: it is full.
    waiter_cell& join(std::int64_t wanted);
    void leave(waiter_cell& cell) noexcept;
    /// Whether its permits are there once all that stand before it have theirs.
    [[nodiscard]] bool is_turn_of(const waiter_cell& cell) const noexcept;
    [[nodiscard]] bool is_first(const waiter_cell& cell) const noexcept;

    /// Makes free what rests, and closes the pockets (resting.hpp). False if nothing assures that it saw all.
    bool gather();
    /// Permits may rest again, unless somebody waits or nobody may take any.
    void open_pockets() noexcept;

    /// Moves `n` permits from one cell to another (transfer.hpp).
    void move(std::uint32_t from, std::uint32_t to, std::int64_t n);
    /// The cell of what was handed to a participant; no_cell: there is none yet, and none is wanted.
    std::uint32_t inbox_of(std::uint32_t slot, bool is_wanted);
    /// A cell for a participant, which is what `pocket` says from the moment on at which it has it.
    /// Errors      std::system_error: none is left.
    std::uint32_t take_cell(std::uint32_t slot, std::uint32_t pocket);

    /// Gives back what the dead held. Only participants whose mark says so, or all of which the file lock
    /// can tell. Returns whether somebody is marked and not yet certainly gone.
    bool collect_dead(bool is_thorough);
    /// Gives back all of one participant, which must be dead or the caller.
    void recover(std::uint32_t slot);

private:
    std::int64_t call_for(const queue_picture& queue, std::int64_t free) noexcept;
    bool enter(std::uint32_t seen, std::uint32_t slept) noexcept;
    [[nodiscard]] bool is_forged(std::uint32_t seen) const noexcept;
    void take_over(std::uint32_t dead);
    void remember_owner(std::uint32_t slot) noexcept;
    void refresh_flags(bool is_first_gone) noexcept;
    void seize(std::uint32_t cell);
    void finish_moving();

    attachment& object_;
    std::uint32_t mine_;
    std::uint32_t calls_[16] = {};  // cells to wake after unlocking
    unsigned call_count_ = 0;
};

/// Serves the queue, or leaves it to who has the lock. Never waits; may be called from a signal handler.
void serve_queue(attachment& object) noexcept;

/// Whether the process of a participant is dead for certain.
bool is_dead(const attachment& object, std::uint32_t slot, bool is_thorough) noexcept;

/// Sleeps while `word` has the value, at most until the deadline or until a participant dies.
void sleep_on(const attachment& object, const atomic<std::uint32_t>& word, std::uint32_t expected,
              time_point deadline) noexcept;

/// Whether the kernel has marked a participant that is not recovered yet.
bool is_anybody_marked(const attachment& object) noexcept;

/// If somebody is marked as dead, or can only be known by its file lock: gives back what it held.
void tidy(attachment& object);

}  // namespace signalbox::process::detail
