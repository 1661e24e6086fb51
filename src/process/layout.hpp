// What lies in the file of a shared object: fixed widths, numbers and no addresses.
//
//   head             what the object is (written before the file has a name, never again), and its state
//   near records     who uses the object: the first few processes
//   holder cells     who holds how many permits: a cell for each thread that ever held one
//   waiter cells     who waits
//   participants     a page for each process that uses the object, for its mark of life; those that found no
//                    near record have it there
//
// Invariant 1  Every number read from here is checked before it is used as an index; what inspect() looked
//              at once is copied, and not read again.
// Invariant 2  A participant's page is touched only where it has a far record or `has_page` is set.
// Because      Another user of the object may be hostile. It can make operations fail, and nothing else.
//              A page is 5 us of creating, from its allocation to its end (bench/process.cpp): so whoever
//              makes an object touches one, and the page for a mark of life comes with the first mark.
// Checked by   tests/process/files_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/liveness.hpp>

#include "core/holder_ledger.hpp"

namespace signalbox::process::detail {

using signalbox::detail::holder_entry;
using signalbox::detail::ledger_word;

template <class T>
using atomic = platform::atomic<T>;

enum class object_kind : std::uint32_t { semaphore = 1, mutex = 2, recursive_mutex = 3, event = 4 };

constexpr bool is_mutex(object_kind kind) noexcept
{
    return kind == object_kind::mutex || kind == object_kind::recursive_mutex;
}

inline constexpr std::uint64_t layout_magic = 0x584F424C414E4753;  // "SGNALBOX"
inline constexpr std::uint32_t layout_version = 5;
inline constexpr std::uint32_t participants_most = 512;
inline constexpr std::uint32_t near_most = 8;  // records on the page of the head
inline constexpr std::uint32_t holders_most = ledger_word::holders_most;
inline constexpr std::uint32_t waiters_most = 1024;
inline constexpr std::uint32_t capacity_cell = 0;
inline constexpr std::size_t label_most = 48;

/// What an object is. Set by its creator.
struct object_traits {
    object_kind kind = object_kind::semaphore;
    std::uint32_t is_fifo = 0;
    std::uint32_t is_poisoned_by_death = 0;
    char label[label_most] = {};
};

struct holder_cell {
    atomic<std::uint64_t> entries[2];
    atomic<std::uint64_t> settled;      // the number of the last operation, once another cell has followed
    atomic<std::uint32_t> participant;  // its slot + 1; 0: nobody's
    atomic<std::uint32_t> tenancy;      // how often the cell was given to a thread
    atomic<std::int64_t> since;         // a sighting (sightings.hpp): when,
    atomic<std::uint32_t> pocket;       // pocket_state: whether what it holds rests (resting.hpp)
    atomic<std::uint32_t> seen_number;  // after which operation,
    atomic<std::uint32_t> seen_closed;  // and what `pockets` of the object said; 0: none
    char unused[12];
};

struct waiter_cell {
    atomic<std::uint32_t> state;        // what its thread sleeps on
    atomic<std::uint32_t> participant;  // its slot + 1; 0: nobody's
    atomic<std::uint64_t> ticket;       // the order of the queue
    atomic<std::int64_t> wanted;
    atomic<std::int64_t> since;
    atomic<std::uint32_t> thread;
    char unused[28];
};

/// Who uses the object. `command` and `label` are texts in eight bytes each.
struct participant_record {
    atomic<std::uint32_t> state;
    atomic<std::uint32_t> generation;
    atomic<std::int32_t> pid;
    atomic<std::uint32_t> has_page;  // of the slot, not of who has it: once set, for ever
    atomic<std::uint64_t> pid_namespace;
    atomic<std::uint64_t> start_time;
    atomic<std::int64_t> since;
    atomic<std::uint64_t> command[2];
    atomic<std::uint64_t> label[label_most / 8];
};

struct participant_page {
    participant_record record;
    char between[platform::life_mark_offset - sizeof(participant_record)];
    atomic<std::uint32_t> life;
    char links[28];  // written by the C library, read by nobody
};

/// The beginning of every file.
struct object_identity {
    std::uint64_t magic = layout_magic;
    std::uint32_t version = layout_version;
    std::uint32_t participants = participants_most;
    std::uint64_t file_size = 0;
    std::uint32_t holders = holders_most;
    std::uint32_t waiters = waiters_most;
    object_traits traits;
};

/// Permits on their way from one cell to another (transfer.hpp).
struct moving_record {
    atomic<std::uint32_t> is_on;
    atomic<std::uint32_t> from, to;
    atomic<std::uint32_t> from_number, to_number;  // of the last operations before
    atomic<std::int32_t> count;
};

struct object_head {
    object_identity identity;

    alignas(128) atomic<std::uint64_t> word;
    alignas(64) atomic<std::uint32_t> pockets;  // pockets_state, and how often it became open
    atomic<std::uint32_t> rest_after;           // so many operations of one holder open them again
    atomic<std::int64_t> open_since;
    alignas(64) atomic<std::uint32_t> room;  // the lock of the waiting room
    atomic<std::uint32_t> is_removed;
    atomic<std::uint64_t> next_ticket;
    atomic<std::uint32_t> holders_used;  // no cell at or behind these was ever used
    atomic<std::uint32_t> waiters_used;
    atomic<std::uint32_t> participants_used;
    moving_record moving;
    atomic<std::uint32_t> caller_cpu;  // where a waiter was last called, + 1
    participant_record died;           // the last owner of a mutex that died
    atomic<std::uint32_t> event;       // event_state.hpp
    atomic<std::int64_t> serve_from;   // who waits has been called for all that is free below this (room.hpp)
    atomic<std::uint64_t> first;       // the ticket of the first of the queue, + 1
    atomic<std::int64_t> turn_ends;    // when nobody may overtake it any more, on the steady clock
};

struct object_layout {
    object_head head;
    participant_record near[near_most];
    alignas(128) holder_cell holders[holders_most];  // the first ones lie on the page of the head
    alignas(4096) waiter_cell waiters[waiters_most];
    alignas(4096) participant_page participants[participants_most];

    [[nodiscard]] participant_record& record(std::uint32_t slot) noexcept
    {
        return slot < near_most ? near[slot] : participants[slot].record;
    }
    [[nodiscard]] const participant_record& record(std::uint32_t slot) const noexcept
    {
        return slot < near_most ? near[slot] : participants[slot].record;
    }
    /// A participant's mark of life; 0: it has none.
    [[nodiscard]] std::uint32_t life(std::uint32_t slot) const noexcept
    {
        return record(slot).has_page.load() != 0 ? participants[slot].life.load() : 0;
    }
};

static_assert(sizeof(holder_cell) == 64 && sizeof(waiter_cell) == 64);
static_assert(sizeof(participant_page) == platform::life_mark_page);
static_assert(offsetof(participant_page, life) == platform::life_mark_offset);
static_assert(offsetof(object_layout, holders) + 32 * sizeof(holder_cell) <= 4096);
static_assert(atomic<std::uint64_t>::is_always_lock_free && atomic<std::uint32_t>::is_always_lock_free);

inline constexpr std::size_t object_size = sizeof(object_layout);

constexpr std::size_t offset_of_participant(std::uint32_t slot) noexcept
{
    return offsetof(object_layout, participants) + slot * sizeof(participant_page);
}

enum pocket_state : std::uint32_t {
    pocket_empty = 0,    // of its permits, its cell has none
    pocket_in_use = 1,   // a permit object holds what its cell has, or its thread waits for that
    pocket_resting = 2,  // a permit object has put them down: they are anybody's who asks
    pocket_loose = 3,    // an ordinary cell, until it has nothing
    pocket_seizing = 4,  // who holds the room moves them to the free ones
    pocket_seized = 5,   // that has happened: empty, and its entry is another one
    pocket_inbox = 6,    // no thread's: what other processes have handed to this one (transfer.hpp)
};

/// Whether nobody holds what is in this cell.
inline bool is_resting(const holder_cell& cell) noexcept
{
    const std::uint32_t pocket = cell.pocket.load();
    return pocket == pocket_resting || pocket == pocket_seizing || pocket == pocket_seized;
}

enum pockets_state : std::uint32_t { pockets_open = 0, pockets_closing = 1, pockets_closed = 2 };

enum participant_state : std::uint32_t { absent = 0, attached = 1 };
enum waiter_state : std::uint32_t { waiting = 0, called = 1, nudged = 2 };

}  // namespace signalbox::process::detail
