// The ring of a bounded queue: slots that say themselves whose turn it is, and two positions that move on.
//
// A position is (lap, index of a slot), packed so that the next one is an addition. What a slot's `turn`
// says, for the lap L of the one who looks at it:
//
//   turn       the slot                                       written by
//   2L         is free for the push of lap L                  the constructor (L = 0); the pop of lap L - 1
//   2L + 1     holds the item of lap L                        the push of lap L
//   less       is still in use by the lap before              -
//   greater    was used meanwhile: the position is old        -
//
// Invariant 1  Each position is claimed once by a push and once by a pop: `tail_` and `head_` move from a
//              position to the next by one compare-and-swap, made by who has seen that the slot is free for
//              it (tail), or full (head). It stays so until the claim, since only a claim of that very
//              position changes it. Between its claim and its write of `turn` the slot belongs to the
//              claimant alone.
// Invariant 2  An item is in a full slot, with its claimant, or gone: none is lost, none doubled.
// Invariant 3  Items leave in the order of their claims, and the pushes of one thread claim in their order.
// Invariant 4  `closed` is a bit of `tail_`: a push claims before it is set or never. So when it is set and
//              head_ == tail_, there is nothing to come: the end. A slot that was claimed before and is not
//              yet full is waited for.
// Invariant 5  A move that throws leaves the queue as it was. For a type whose moves may throw, each side has
//              a mutex, held from the claim until the item has been moved: nobody claims in between, so that
//              the claim can be taken back. Other types have no such mutex, and no exception.
// Invariant 6  A position says where to look, and orders nothing. One that is old is found out by the turn of
//              its slot, which is greater, or by the compare-and-swap; a claimant has its slot by the turn
//              that it read. So all of `head_` and the claims of `tail_` are relaxed.
// Edges        E1  close() -> whoever learns of it: what the closer did before.
// Because      The turns, and what close() and an undone claim write, are sequentially consistent: they are
//              half of the handshake with those who park (call_line.hpp, Invariant 1). On x86-64 only the
//              store of a turn is dearer for it.
//              A look asks for the slot's line as one to write: 4.2 instead of 2.6 M/s at capacity 1 where
//              lines travel slowly, 15.4 instead of 15.8 where they do not (bench/queue.cpp, 2 cores).
// Lifetime     Nobody may be inside when it is destroyed; what is left is destroyed with it.
// Checked by   tests/simulated/queue_handshakes_test.cpp, tests/simulated/queue_pairs_test.cpp
// Source       D. Vyukov, bounded MPMC queue (1024cores.net): a sequence number in each slot
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

#include <signalbox/config.hpp>
#include <signalbox/detail/queue_slots.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/cache.hpp>

namespace signalbox::detail {

/// After a lost race for a position: leaves the ring to the winner for some of its turns.
SIGNALBOX_API void leave_to_winner() noexcept;

/// Stands in for a mutex where no move throws.
struct no_mutex {
    void lock() noexcept {}
    void unlock() noexcept {}
};

template <class T>
class queue_ring {
public:
    explicit queue_ring(std::size_t capacity)
        : slots_{static_cast<slot*>(allocate_slots(capacity, sizeof(slot), alignment))},
          capacity_{capacity},
          mask_{std::bit_ceil(capacity) - 1},
          lap_shift_{static_cast<unsigned>(std::bit_width(capacity - 1))}
    {
        std::uninitialized_default_construct_n(slots_, capacity);
    }
    queue_ring(const queue_ring&) = delete;
    queue_ring& operator=(const queue_ring&) = delete;
    ~queue_ring()
    {
        for (std::size_t i = 0; i < capacity_; ++i) {
            // relaxed: whoever destroys it knows of all that was done to it
            if ((slots_[i].turn.load(std::memory_order_relaxed) & 1) != 0) {
                std::destroy_at(&slots_[i].item);
            }
            std::destroy_at(&slots_[i]);
        }
        ::operator delete(slots_, alignment);
    }

    /// Moves `value` into the next free slot. If that throws, the claim has been taken back.
    ring_answer push(T& value) noexcept(!moves_may_throw<T>)
    {
        const std::lock_guard held{push_side_};
        std::uint64_t tail = 0;
        const ring_answer claimed = claim_free(tail);
        if (claimed != ring_answer::done) {
            return claimed;
        }
        slot& mine = slot_at(tail >> 1);
        if constexpr (moves_may_throw<T>) {
            try {
                std::construct_at(&mine.item, std::move(value));
            } catch (...) {
                tail_.fetch_sub(following(tail) - tail, std::memory_order_seq_cst);
                throw;
            }
        } else {
            std::construct_at(&mine.item, std::move(value));
        }
        mine.turn.store(2 * lap_of(tail >> 1) + 1, std::memory_order_seq_cst);
        return ring_answer::done;
    }

    /// Hands the oldest item to `consume`, then destroys it. If that throws, the item is where it was.
    template <class Consume>
    ring_answer pop(Consume&& consume)
    {
        const std::lock_guard held{pop_side_};
        std::uint64_t head = 0;
        const ring_answer claimed = claim_full(head);
        if (claimed != ring_answer::done) {
            return claimed;
        }
        slot& mine = slot_at(head);
        if constexpr (moves_may_throw<T>) {
            try {
                consume(std::move(mine.item));
            } catch (...) {
                // relaxed: whoever pops next has the mutex after the caller
                head_.store(head, std::memory_order_relaxed);
                throw;
            }
        } else {
            consume(std::move(mine.item));
        }
        std::destroy_at(&mine.item);
        mine.turn.store(2 * lap_of(head) + 2, std::memory_order_seq_cst);
        return ring_answer::done;
    }

    /// Whether a pop would find something, or the end. A push: whether there is room, or it is closed.
    [[nodiscard]] bool can_pop() const noexcept
    {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);  // relaxed: by Invariant 6
        return slot_at(head).turn.load(std::memory_order_seq_cst) > 2 * lap_of(head) || is_at_end(head);
    }
    [[nodiscard]] bool can_push() const noexcept
    {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // relaxed: by Invariant 6
        return slot_at(tail >> 1).turn.load(std::memory_order_seq_cst) >= 2 * lap_of(tail >> 1);
    }

    /// Before who has joined the line looks once more: all that matters is sequentially consistent here.
    static void settle() noexcept {}

    void close() noexcept
    {
        tail_.fetch_or(closed, std::memory_order_seq_cst);
        was_closed_.store(true, std::memory_order_seq_cst);
    }
    [[nodiscard]] bool is_closed() const noexcept
    {
        return (tail_.load(std::memory_order_acquire) & closed) != 0;  // E1 acquire: pairs with close()
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    /// How many positions are claimed by pushes and not by pops: a snapshot.
    [[nodiscard]] std::size_t size() const noexcept
    {
        // relaxed: both are a snapshot; one may be older than the other
        const std::uint64_t head = count_of(head_.load(std::memory_order_relaxed));
        const std::uint64_t tail = count_of(tail_.load(std::memory_order_relaxed) >> 1);  // relaxed: as above
        return tail < head ? 0 : std::min<std::uint64_t>(tail - head, capacity_);
    }

private:
    struct slot {
        slot() noexcept {}  // the item's life is that of Invariant 2
        ~slot() {}
        platform::atomic<std::uint64_t> turn{0};
        union {
            T item;
        };
    };
    using side_mutex = std::conditional_t<moves_may_throw<T>, mutex, no_mutex>;
    static constexpr std::align_val_t alignment{alignof(slot) > cache_line ? alignof(slot) : cache_line};
    static constexpr std::uint64_t closed = 1;  // the lowest bit of `tail_`; the rest is a position

    [[nodiscard]] slot& slot_at(std::uint64_t position) const noexcept { return slots_[position & mask_]; }
    [[nodiscard]] std::uint64_t lap_of(std::uint64_t position) const noexcept
    {
        return position >> lap_shift_;
    }
    [[nodiscard]] std::uint64_t count_of(std::uint64_t position) const noexcept
    {
        return lap_of(position) * capacity_ + (position & mask_);
    }
    [[nodiscard]] std::uint64_t next(std::uint64_t position) const noexcept
    {
        return (position & mask_) + 1 == capacity_ ? (position | mask_) + 1 : position + 1;
    }
    /// The same for a word of `tail_` that is not closed.
    [[nodiscard]] std::uint64_t following(std::uint64_t tail) const noexcept { return next(tail >> 1) << 1; }
    [[nodiscard]] bool is_at_end(std::uint64_t head) const noexcept
    {
        return was_closed_.load(std::memory_order_seq_cst) &&
               tail_.load(std::memory_order_seq_cst) == (head << 1 | closed);
    }

    ring_answer claim_free(std::uint64_t& tail) noexcept
    {
        for (;;) {
            tail = tail_.load(std::memory_order_seq_cst);
            if ((tail & closed) != 0) {
                return ring_answer::closed;
            }
            const std::uint64_t free = 2 * lap_of(tail >> 1);
            platform::expect_to_write(&slot_at(tail >> 1));
            const std::uint64_t turn = slot_at(tail >> 1).turn.load(std::memory_order_seq_cst);
            if (turn < free) {
                return ring_answer::not_yet;
            }
            if (turn == free) {
                // relaxed: by Invariant 6, both
                if (tail_.compare_exchange_strong(tail, following(tail), std::memory_order_relaxed,
                                                  std::memory_order_relaxed)) {
                    return ring_answer::done;
                }
                leave_to_winner();
            }
        }
    }

    ring_answer claim_full(std::uint64_t& head) noexcept
    {
        for (;;) {
            head = head_.load(std::memory_order_relaxed);  // relaxed: by Invariant 6
            const std::uint64_t full = 2 * lap_of(head) + 1;
            platform::expect_to_write(&slot_at(head));
            const std::uint64_t turn = slot_at(head).turn.load(std::memory_order_seq_cst);
            if (turn < full) {
                return is_at_end(head) ? ring_answer::closed : ring_answer::not_yet;
            }
            if (turn == full) {
                // relaxed: by Invariant 6, both
                if (head_.compare_exchange_strong(head, next(head), std::memory_order_relaxed,
                                                  std::memory_order_relaxed)) {
                    return ring_answer::done;
                }
                leave_to_winner();
            }
        }
    }

    // Read by all, written by nobody.
    alignas(cache_line) slot* const slots_;
    const std::size_t capacity_;
    const std::size_t mask_;  // of the index in a position
    const unsigned lap_shift_;
    platform::atomic<bool> was_closed_{false};  // poppers that look again and again leave `tail_` alone
    // Of the pushing side.
    alignas(cache_line) platform::atomic<std::uint64_t> tail_{0};
    [[no_unique_address]] side_mutex push_side_;
    // Of the popping side.
    alignas(cache_line) platform::atomic<std::uint64_t> head_{0};
    [[no_unique_address]] side_mutex pop_side_;
};

}  // namespace signalbox::detail
