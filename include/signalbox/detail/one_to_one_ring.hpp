// The ring of a bounded queue for one thread on each side: two positions, each written by its own side alone.
//
// Invariant 1  Slots from `head_` to `tail_` hold items. A push fills the slot behind them and then moves
//              `tail_`, a pop empties the first of them and then moves `head_`. So a position that is read
//              late shows less room, or fewer items, than there are, and never more: each side keeps what it
//              has last read of the other's, and reads it anew only when there seems to be no room, or no
//              item.
// Invariant 2  A move that throws comes before the position moves: the queue is as it was.
// Invariant 3  Whoever stores and then looks at what others have stored meets them by a barrier: publish()
//              keeps its store before the looks that follow, for those who have called settle() between their
//              own store and their own look. So it is for who parks: it joins, settles, looks once more; the
//              other side moves its position, then looks at who has joined (call_line.hpp, Invariant 1).
// Invariant 4  The end. A push says that it is under way, then looks whether the queue is closed; a pop that
//              finds it closed settles, then looks whether a push is under way, then at `tail_` once more. A
//              push that did not see the close is seen by the pop; a later one fails. Whoever finds one under
//              way waits for it, and is called when that push is through, or has failed.
// Because      Nothing here is a read-modify-write, and no store waits until the other core has seen it: the
//              barrier's dear half is for who parks. Where the system has no such barrier every store is
//              sequentially consistent instead.
// Edges        E1  publish() -> whoever reads it: the item; that the slot is empty; what a push has done.
//              E2  close() -> whoever learns of it: what the closer did before.
// Lifetime     Nobody may be inside when it is destroyed; what is left is destroyed with it.
// Checked by   tests/simulated/queue_handshakes_test.cpp, tests/simulated/queue_pairs_test.cpp
// Source       L. Lamport, "Specifying concurrent program modules" (1983); P. Lee et al., "MCRingBuffer" (the
//              other side's position is kept); membarrier(2)
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <signalbox/detail/queue_slots.hpp>
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/uneven_barrier.hpp>

namespace signalbox::detail {

template <class T>
class one_to_one_ring {
public:
    explicit one_to_one_ring(std::size_t capacity)
        : slots_{static_cast<slot*>(allocate_slots(capacity, sizeof(slot), alignment))},
          capacity_{capacity},
          has_barrier_{platform::join_heavy_barriers()}
    {
        std::uninitialized_default_construct_n(slots_, capacity);
    }
    one_to_one_ring(const one_to_one_ring&) = delete;
    one_to_one_ring& operator=(const one_to_one_ring&) = delete;
    ~one_to_one_ring()
    {
        // relaxed: whoever destroys it knows of all that was done to it
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        for (std::uint64_t i = head_.load(std::memory_order_relaxed); i != tail; ++i) {  // relaxed: as above
            std::destroy_at(&slots_[i % capacity_].item);
        }
        std::destroy_n(slots_, capacity_);
        ::operator delete(slots_, alignment);
    }

    /// Moves `value` into the next slot, if there is room.
    ring_answer push(T& value) noexcept(!moves_may_throw<T>)
    {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // relaxed: its own
        if (tail - head_seen_ == capacity_) {
            head_seen_ = head_.load(std::memory_order_seq_cst);
            if (tail - head_seen_ == capacity_) {
                return is_closed_.load(std::memory_order_seq_cst) ? ring_answer::closed
                                                                  : ring_answer::not_yet;
            }
        }
        const being_under_way until_the_end{*this};
        if (is_closed_.load(std::memory_order_seq_cst)) {
            return ring_answer::closed;
        }
        std::construct_at(&slots_[push_index_].item, std::move(value));
        push_index_ = following(push_index_);
        publish(tail_, tail + 1);
        return ring_answer::done;
    }

    /// Hands the oldest item to `consume`, then destroys it. If that throws, the item is where it was.
    template <class Consume>
    ring_answer pop(Consume&& consume)
    {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);  // relaxed: its own
        if (head == tail_seen_) {
            tail_seen_ = tail_.load(std::memory_order_seq_cst);
            if (head == tail_seen_ && !may_see_more()) {
                return ring_answer::not_yet;
            }
            if (head == tail_seen_) {
                return ring_answer::closed;
            }
        }
        T& item = slots_[pop_index_].item;
        consume(std::move(item));
        std::destroy_at(&item);
        pop_index_ = following(pop_index_);
        publish(head_, head + 1);
        return ring_answer::done;
    }

    /// After who will park has joined the line, before it looks once more (Invariant 3).
    void settle() const noexcept
    {
        if (has_barrier_) {
            static_cast<void>(platform::heavy_barrier());
        }
    }

    /// Whether another one on the same side could go on: there is none.
    [[nodiscard]] static constexpr bool can_pop() noexcept { return false; }
    [[nodiscard]] static constexpr bool can_push() noexcept { return false; }

    void close() noexcept { is_closed_.store(true, std::memory_order_seq_cst); }
    [[nodiscard]] bool is_closed() const noexcept
    {
        return is_closed_.load(std::memory_order_acquire);  // E2 acquire: pairs with close()
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    /// How many items are here: a snapshot.
    [[nodiscard]] std::size_t size() const noexcept
    {
        // relaxed: both are a snapshot; one may be older than the other
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // relaxed: as above
        return tail < head ? 0 : std::min<std::uint64_t>(tail - head, capacity_);
    }

private:
    struct slot {
        slot() noexcept {}  // the item's life is that of Invariant 1
        ~slot() {}
        union {
            T item;
        };
    };
    static constexpr std::align_val_t alignment{alignof(slot) > cache_line ? alignof(slot) : cache_line};

    /// While it lives a push is under way (Invariant 4).
    class being_under_way {
    public:
        explicit being_under_way(one_to_one_ring& ring) noexcept : ring_{ring}
        {
            ring_.publish(ring_.is_pushing_, true);
        }
        ~being_under_way() { ring_.publish(ring_.is_pushing_, false); }
        being_under_way(const being_under_way&) = delete;
        being_under_way& operator=(const being_under_way&) = delete;

    private:
        one_to_one_ring& ring_;
    };

    /// Stores so that whatever is looked at next is looked at later (Invariant 3).
    template <class Value>
    void publish(platform::atomic<Value>& where, Value value) noexcept
    {
        if (has_barrier_) {
            // E1 release: pairs with whoever looks at it next
            where.store(value, std::memory_order_release);
            platform::light_barrier();
        } else {
            where.store(value, std::memory_order_seq_cst);
        }
    }

    /// After a pop has found nothing: whether that was the end, or there is an item after all.
    bool may_see_more() noexcept
    {
        if (!is_closed_.load(std::memory_order_seq_cst)) {
            return false;
        }
        if (!has_settled_) {
            settle();
            has_settled_ = true;
        }
        if (is_pushing_.load(std::memory_order_seq_cst)) {
            return false;
        }
        tail_seen_ = tail_.load(std::memory_order_relaxed);  // relaxed: is_pushing_ shows it, by E1
        return true;
    }

    [[nodiscard]] std::size_t following(std::size_t index) const noexcept
    {
        return index + 1 == capacity_ ? 0 : index + 1;
    }

    // Read by all, written by nobody; but by close(), once.
    alignas(cache_line) slot* const slots_;
    const std::size_t capacity_;
    const bool has_barrier_;
    platform::atomic<bool> is_closed_{false};
    // Written by who pushes, and read by the other side: seldom.
    alignas(cache_line) platform::atomic<std::uint64_t> tail_{0};
    // Of who pushes; the other side looks at it when the queue is closed.
    alignas(cache_line) platform::atomic<bool> is_pushing_{false};
    std::uint64_t head_seen_ = 0;
    std::size_t push_index_ = 0;
    // Written by who pops, and read by the other side: seldom.
    alignas(cache_line) platform::atomic<std::uint64_t> head_{0};
    // Of who pops.
    alignas(cache_line) std::uint64_t tail_seen_ = 0;
    std::size_t pop_index_ = 0;
    bool has_settled_ = false;  // since it has found the queue closed
};

}  // namespace signalbox::detail
