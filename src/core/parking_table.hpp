// The one table in which every parked thread of the process stands, in a queue under the address it waits
// for.
//
// Invariant 1  A waiter is in at most one queue; it is inserted and removed, and all its plain members are
//              read and written by others, only under its bucket's lock.
// Invariant 2  A waiter that is granted has left the queue before.
// Invariant 3  `state` becomes `parked` only under the bucket's lock, by the waiter itself.
// Because      Objects stay small, a releaser needs the object's address only, and all waiters can be listed.
//              The first waiter of a queue carries its tail and length, so that nothing is ever allocated.
// Edges        E1  grant() -> is_granted(): what happened before the grant is visible to the waiter.
// Lifetime     A waiter lives on its thread's stack and is gone as soon as it has been granted: after grant()
//              only the address of `state` is used, to wake.
// Checked by   tests/core/parking_table_test.cpp, tests/simulated
// Source       Pizlo, "Locking in WebKit", 2016 (address-hashed parking)
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/cpu.hpp>

#include "core/bucket_lock.hpp"

namespace signalbox::detail {

struct call_site;
struct long_wait;

struct waiter {
    enum : std::uint32_t {
        awake,    // it looks at the word again by itself before it parks
        parked,   // it sleeps until somebody writes one of the others
        called,   // it shall look at the word again: it is awake, or a wake-up is on its way
        granted,  // its wait is over: it has what it wanted, or `ended` says why not
    };

    waiter(const void* address, cell_kind what, std::uint64_t how_much) noexcept
        : cell{address}, wanted{how_much}, kind{what}
    {
    }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    [[nodiscard]] bool is_granted() const noexcept
    {
        return state.load(std::memory_order_acquire) == granted;  // E1 acquire: pairs with grant()
    }

    const void* cell;            // written by a notify too, which locks the buckets of both cells
    const std::uint64_t wanted;  // permits, or the identity of the thread that wants to own (and how)
    platform::atomic<std::uint32_t> state{awake};
    cell_kind kind;
    std::uint32_t thread = 0;                       // the identity of the thread that waits,
    std::chrono::steady_clock::time_point since{};  // and since when: written before it joins the queue
    const call_site* site = nullptr;                // and where, if that is known
    bool is_reserving = false;                      // nobody may overtake it
    bool is_patient = false;                        // it sleeps with a timer: an owner may use up its slice
    bool has_given_way = false;                     // readers stood before it, although they came later
    bool is_stopped = false;                        // its stop token was stopped
    bool is_moved = false;                          // a notify has put it into this queue,
    bool may_be_early = false;                      //   with others: it may be called before its turn, once
    long_wait* watched = nullptr;                   // what stands for it in the graph of long waits
    outcome ended = outcome::acquired;              // how its wait ended, once it is granted
    unsigned served_from = platform::no_cpu;  // the core of the thread that last called it or granted to it,
    std::chrono::steady_clock::time_point served_at{};  // and when

    waiter* next = nullptr;  // in the queue, oldest first
    waiter* previous = nullptr;
    waiter* next_queue = nullptr;  // of the first waiter: the bucket's next queue,
    waiter* tail = nullptr;        //   its youngest waiter,
    std::uint64_t length = 0;      //   how many they are
    std::uint64_t ticket = 0;      // of each: grows by one from a waiter to the one that joins behind it,
                                   //   and is the same for one that joins before it
};

/// The waiters to wake after the bucket is unlocked: addresses only (see Lifetime).
class wake_list {
public:
    /// Notes one more. A full list wakes those that it has first: only a release of many permits comes to
    /// that.
    void add(const platform::atomic<std::uint32_t>& word) noexcept
    {
        if (count_ == capacity) {
            wake();
        }
        words_[count_++] = &word;
    }
    /// Wakes them all, in the order in which they were noted, and forgets them. One system call each.
    void wake() noexcept;

private:
    static constexpr std::size_t capacity = 16;
    const platform::atomic<std::uint32_t>* words_[capacity] = {};
    std::size_t count_ = 0;
};

class bucket {
public:
    bucket_lock lock;

    /// The oldest waiter at `cell`, or null.
    [[nodiscard]] waiter* first(const void* cell, cell_kind kind) const noexcept;
    /// Puts `who` at the end of its queue, or `before` one that stands there. Returns how many stand before
    /// it, at most.
    std::uint64_t push(waiter& who, waiter* before = nullptr) noexcept;
    /// How many stood before `who` when it joined and have not been served since, at most.
    [[nodiscard]] std::uint64_t ahead_of(const waiter& who) const noexcept
    {
        return who.ticket - first(who.cell, who.kind)->ticket;
    }
    /// Takes `who` out of its queue, wherever it stands.
    void remove(waiter& who) noexcept;
    /// Every queue: its first waiter, then by `next_queue` those of the others.
    [[nodiscard]] const waiter* queues() const noexcept { return queues_; }
    /// Where the first of them is written down: for debuggers.
    [[nodiscard]] constexpr const void* place_of_queues() const noexcept { return &queues_; }
    /// In the child of a fork: the threads that stood here do not exist. Takes their marks off the words.
    void clear() noexcept;
    /// Forgets who stood here when their threads were abandoned together with all that they waited for.
    void forget() noexcept { queues_ = nullptr; }

private:
    std::uint64_t insert(waiter& who, waiter& before) noexcept;
    waiter** find(const void* cell, cell_kind kind) noexcept;

    waiter* queues_ = nullptr;  // the first waiter of each queue
};

/// The bucket for an address.
bucket& bucket_for(const void* cell) noexcept;

/// All buckets, in the order in which whoever locks more than one locks them.
inline constexpr std::size_t bucket_count = 512;  // threads that wait at the same time need them, not objects
bucket& bucket_at(std::size_t index) noexcept;
std::size_t bucket_index(const void* cell) noexcept;

/// All queues at one moment: while it lives every bucket is locked, so that nobody joins, leaves, or is
/// served. Complexity: the locks of all buckets, about 10 us. Precondition: the caller holds no bucket.
class whole_table {
public:
    whole_table() noexcept;
    /// For a debugger, in which a thread may have stopped while it holds a bucket: tries each lock so many
    /// times, and then goes on without it.
    explicit whole_table(unsigned attempts) noexcept;
    ~whole_table();
    whole_table(const whole_table&) = delete;
    whole_table& operator=(const whole_table&) = delete;

    /// Calls `visit(const waiter& first)` for the first waiter of each queue; the others follow by `next`.
    template <class Visit>
    void each_queue(const Visit& visit) const
    {
        for (std::size_t i = 0; i < bucket_count; ++i) {
            for (const waiter* head = bucket_at(i).queues(); head != nullptr; head = head->next_queue) {
                visit(*head);
            }
        }
    }

private:
    unsigned attempts_ = 0;       // 0: it waits for each
    std::uint64_t held_[8] = {};  // with attempts: which buckets it has locked
};

/// Makes the table survive fork(2): called once, before the first thread gets an identity.
void protect_table_around_fork() noexcept;

/// Whether this process is the child of a fork that happened after that. A `spinning` mark may then be that
/// of a thread which does not exist here: nobody trusts it any more.
bool has_been_forked() noexcept;

/// Empties the table between two simulated executions.
SIGNALBOX_API void reset_for_simulation() noexcept;

/// Tells a waiter to look again, and notes whom to wake. Precondition: its bucket is locked.
void call(waiter& who, wake_list& wakes) noexcept;

/// Tells a waiter that it has what it wanted, and notes whom to wake. Precondition: its bucket is locked and
/// it is in no queue any more. The waiter may be gone when this returns.
void grant(waiter& who, wake_list& wakes) noexcept;

}  // namespace signalbox::detail
