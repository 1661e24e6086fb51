// Queues of waiters by address.
//
// Edges        E1  grant() -> is_granted(): as in parking_table.hpp.
#include "core/parking_table.hpp"

#include <signalbox/detail/barrier_word.hpp>
#include <signalbox/detail/condition_cell.hpp>
#include <signalbox/detail/event_word.hpp>
#include <signalbox/detail/latch_word.hpp>
#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/detail/shared_word.hpp>
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/fork.hpp>
#include <signalbox/platform/probe.hpp>

#include "core/debug_layout.hpp"
#include "core/ownership.hpp"
#include "core/wait_graph.hpp"

namespace signalbox::detail {
namespace {

constexpr unsigned bucket_index_bits = 9;
static_assert(std::size_t{1} << bucket_index_bits == bucket_count);

struct alignas(64) padded_bucket : bucket {};

constinit padded_bucket table[bucket_count];
constinit bool is_child =
    false;  // written in the child of a fork, before any other thread of that process began

template <class Cell>
void take_marks_off(const void* address) noexcept
{
    using word = typename Cell::word;
    auto* const cell = static_cast<Cell*>(const_cast<void*>(address));
    // relaxed: the child of a fork has one thread
    cell->state.fetch_and(~(word::queued | word::reserved), std::memory_order_relaxed);
}

void forget_mutex_of(const void* address) noexcept
{
    auto* const condition = static_cast<condition_cell*>(const_cast<void*>(address));
    condition->mutex.store(nullptr, std::memory_order_relaxed);  // relaxed: as above
}

// In the order of the table, as everybody who locks more than one bucket: no two can block each other.
void lock_all() noexcept
{
    for (auto& one : table) {
        one.lock.lock();
    }
}

void unlock_all() noexcept
{
    for (auto& one : table) {
        one.lock.unlock();
    }
}

}  // namespace

std::size_t bucket_index(const void* cell) noexcept
{
    // Fibonacci hashing: the golden ratio spreads neighbouring addresses; the top bits are the best mixed.
    const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(cell));
    return (address * 0x9E37'79B9'7F4A'7C15U) >> (64 - bucket_index_bits);
}

bucket& bucket_for(const void* cell) noexcept
{
    return table[bucket_index(cell)];
}

whole_table::whole_table() noexcept
{
    lock_all();
}

whole_table::whole_table(unsigned attempts) noexcept : attempts_{attempts}
{
    static_assert(bucket_count == sizeof held_ * 8);
    for (std::size_t i = 0; i < bucket_count; ++i) {
        if (table[i].lock.try_lock(attempts)) {
            held_[i / 64] |= std::uint64_t{1} << (i % 64);
        }
    }
}

whole_table::~whole_table()
{
    for (std::size_t i = 0; i < bucket_count; ++i) {
        if (attempts_ == 0 || (held_[i / 64] >> (i % 64) & 1) != 0) {
            table[i].lock.unlock();
        }
    }
}

bucket& bucket_at(std::size_t index) noexcept
{
    return table[index];
}

void protect_table_around_fork() noexcept
{
    platform::at_fork(lock_all, unlock_all, [] {
        for (auto& one : table) {
            one.clear();
            one.lock.reset();
        }
        is_child = true;
    });
}

bool has_been_forked() noexcept
{
    return is_child;
}

void reset_for_simulation() noexcept
{
    wait_graph::forget();
    for (auto& one : table) {
        one.forget();
    }
}

void bucket::clear() noexcept
{
    for (const waiter* head = queues_; head != nullptr; head = head->next_queue) {
        switch (head->kind) {
        case cell_kind::owner: take_marks_off<owner_cell>(head->cell); break;
        case cell_kind::permits: take_marks_off<permit_cell>(head->cell); break;
        case cell_kind::condition: forget_mutex_of(head->cell); break;
        case cell_kind::event: take_marks_off<event_cell>(head->cell); break;
        case cell_kind::latch: take_marks_off<latch_cell>(head->cell); break;
        case cell_kind::barrier: take_marks_off<barrier_cell>(head->cell); break;
        case cell_kind::shared: take_marks_off<shared_cell>(head->cell); break;
        }
    }
    forget();
}

waiter* bucket::first(const void* cell, cell_kind kind) const noexcept
{
    waiter* head = queues_;
    while (head != nullptr && (head->cell != cell || head->kind != kind)) {
        head = head->next_queue;
    }
    return head;
}

waiter** bucket::find(const void* cell, cell_kind kind) noexcept
{
    waiter** link = &queues_;
    while (*link != nullptr && ((*link)->cell != cell || (*link)->kind != kind)) {
        link = &(*link)->next_queue;
    }
    return link;
}

std::uint64_t bucket::push(waiter& who, waiter* before) noexcept
{
    if (before != nullptr) {
        return insert(who, *before);
    }
    waiter* const head = first(who.cell, who.kind);
    if (head == nullptr) {
        who.next_queue = queues_;
        who.tail = &who;
        who.length = 1;
        queues_ = &who;
        return 0;
    }
    who.ticket = head->tail->ticket + 1;
    who.previous = head->tail;
    head->tail->next = &who;
    head->tail = &who;
    return head->length++;
}

std::uint64_t bucket::insert(waiter& who, waiter& before) noexcept
{
    waiter** const link = find(who.cell, who.kind);
    waiter* const head = *link;
    who.ticket = before.ticket;
    who.next = &before;
    who.previous = before.previous;
    before.previous = &who;
    if (&before != head) {
        who.previous->next = &who;
        ++head->length;
        return who.ticket - head->ticket;
    }
    who.next_queue = head->next_queue;
    who.tail = head->tail;
    who.length = head->length + 1;
    *link = &who;
    return 0;
}

void bucket::remove(waiter& who) noexcept
{
    waiter** const link = find(who.cell, who.kind);
    waiter* const head = *link;
    if (&who == head) {
        if (who.next == nullptr) {
            *link = who.next_queue;
            return;
        }
        who.next->next_queue = who.next_queue;
        who.next->tail = who.tail;
        who.next->length = who.length - 1;
        who.next->previous = nullptr;
        *link = who.next;
        return;
    }
    --head->length;  // NOLINT: who is queued has a queue
    who.previous->next = who.next;
    if (who.next != nullptr) {
        who.next->previous = who.previous;
    } else {
        head->tail = who.previous;
    }
}

namespace {

// Writes down who wakes `who`, and when: what the wake-up costs is learnt from it.
void sign(waiter& who) noexcept
{
    who.served_from = platform::current_cpu();
    who.served_at = platform::now();
}

}  // namespace

void call(waiter& who, wake_list& wakes) noexcept
{
    sign(who);
    // relaxed: the bucket's lock orders what the two have to say
    if (who.state.exchange(waiter::called, std::memory_order_relaxed) == waiter::parked) {
        wakes.add(who.state);
    }
}

void grant(waiter& who, wake_list& wakes) noexcept
{
    platform::probe::hand_over(who.cell, who.kind, who.thread);
    sign(who);
    const auto& word = who.state;
    // E1 release: pairs with is_granted()
    if (who.state.exchange(waiter::granted, std::memory_order_release) == waiter::parked) {
        wakes.add(word);
    }
}

void wake_list::wake() noexcept
{
    for (std::size_t i = 0; i < count_; ++i) {
        platform::wake_one(*words_[i]);
    }
    count_ = 0;
}

namespace {

constexpr debug_layout describe() noexcept
{
    debug_layout layout{.bucket_count = bucket_count,
                        .bucket_size = sizeof table[0],
                        .cell = offsetof(waiter, cell),
                        .wanted = offsetof(waiter, wanted),
                        .kind = offsetof(waiter, kind),
                        .thread = offsetof(waiter, thread),
                        .since = offsetof(waiter, since),
                        .next = offsetof(waiter, next),
                        .next_queue = offsetof(waiter, next_queue),
                        .queues = table[0].place_of_queues(),
                        .kinds = {}};
    for (std::size_t kind = 0; kind < debug_layout::kinds_most; ++kind) {
        const char* const text = kind_text(static_cast<cell_kind>(kind));
        for (std::size_t i = 0; text[i] != '\0'; ++i) {
            layout.kinds[kind][i] = text[i];
        }
    }
    return layout;
}

}  // namespace

[[gnu::used]] constinit const debug_layout layout_for_debuggers = describe();

}  // namespace signalbox::detail
