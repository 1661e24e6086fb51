// A queue between threads that holds at most so many items: who pushes waits for room, who pops for an item.
//
// Invariant 1  Every item that a push reported as pushed is popped once, or destroyed with the queue; in the
//              order of the pushes, so that the items of one thread keep their order.
// Invariant 2  A push that did not succeed (time-out, stop, closed) leaves its value unmoved. A move that
//              throws, on either side, leaves the queue as it was: no item lost or doubled, no room lost.
// Because      Most such queues lock a mutex, or count permits that every thread fights for. Here a push or
//              pop is one compare-and-swap on its own side and one write of the slot (detail/queue_ring.hpp).
//              Who must wait looks on for a moment, then parks, and is called by the other side
//              (detail/call_line.hpp, detail/queue_core.hpp).
// Fairness     Items are first in, first out; threads are not: a newcomer may take what a waiter was called
//              for, and the waiter waits on.
// Lifetime     It may be destroyed when nobody is inside one of its functions; items left are destroyed.
// Checked by   tests/contract/queue_contract.hpp, tests/simulated/queue_pairs_test.cpp, tests/patterns
// Source       Names and close(): WG21 P0260, "C++ Concurrent Queues"
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <signalbox/detail/one_to_one_ring.hpp>
#include <signalbox/detail/queue_core.hpp>
#include <signalbox/detail/queue_ring.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

/// Who uses a queue: any number of threads on each side, or at most one at a time on each.
struct many_to_many {};
struct one_to_one {};

/// Any thread may push and pop (many_to_many), or one may push while another one pops (one_to_one); close()
/// and the functions that only look may be called by any in both. None may be called by a signal handler.
/// Complexity  Uncontended a push or pop is two atomic read-modify-writes; a type whose move may throw also
///             locks a mutex on its side. one_to_one: plain loads and stores alone.
template <class T, class Users = many_to_many>
class bounded_queue {
    static_assert(std::is_object_v<T> && std::is_move_constructible_v<T>, "items are moved in and out");
    static_assert(std::same_as<Users, many_to_many> || std::same_as<Users, one_to_one>);

public:
    using value_type = T;

    /// Holds at most `capacity` items; any number from 1, no power of two is needed.
    /// Errors      std::system_error invalid_argument: 0; value_too_large: no address space has so many;
    ///             not_enough_memory: there is none for them.
    explicit bounded_queue(std::size_t capacity) : core_{capacity} {}
    bounded_queue(const bounded_queue&) = delete;
    bounded_queue& operator=(const bounded_queue&) = delete;

    /// Pushes, waiting for room. Returns false if the queue is closed, before or meanwhile.
    /// Errors      What the move of T throws; the queue is as it was.
    bool push(T value) { return push(std::move(value), limit{}) == outcome::acquired; }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired: pushed; else timed_out, stopped or closed, and `value` is unmoved.
    outcome push(T&& value, const limit& until) { return core_.push(value, until); }

    /// Pushes if there is room at once. False, and `value` is unmoved, if not, or if the queue is closed;
    /// also while a pop that has begun is still moving its item out of the slot that is next.
    [[nodiscard]] bool try_push(T&& value) { return core_.try_push(value); }
    [[nodiscard]] bool try_push(const T& value) { return try_push(T(value)); }

    /// Pops, waiting for an item. Returns nothing if the queue is closed and there is none left.
    /// Errors      What the move of T throws; the item is still the first.
    [[nodiscard]] std::optional<T> pop()
    {
        std::optional<T> item;
        static_cast<void>(core_.pop(into(item), limit{}));
        return item;
    }

    /// The same within a limit.
    /// Returns     acquired: `item` was assigned; else timed_out, stopped or closed (and nothing left).
    outcome pop(T& item, const limit& until)
    {
        return core_.pop([&item](T&& from) { item = std::move(from); }, until);
    }

    /// Pops if there is an item at once; not one whose push has begun and is not through.
    [[nodiscard]] std::optional<T> try_pop()
    {
        std::optional<T> item;
        static_cast<void>(core_.try_pop(into(item)));
        return item;
    }

    /// Pops up to `max` items to the end of `out`: waits for the first, takes those that are there.
    /// Returns     how many; 0 if max is 0, if the queue is closed and empty, or if the limit is over.
    /// Errors      What growing `out` or moving T throws: what was appended is popped, the rest still here.
    std::size_t pop_many(std::vector<T>& out, std::size_t max, const limit& until = {})
    {
        const auto grow = [&out](std::size_t) {
            if (out.size() == out.capacity()) {
                out.reserve(out.size() + out.size() / 2 + 1);
            }
        };
        return core_.pop_many(max, until, grow, [&out](T&& from) { out.push_back(std::move(from)); });
    }

    /// The same to where `out` points.
    template <std::output_iterator<T> Out>
    std::size_t pop_many(Out out, std::size_t max, const limit& until = {})
    {
        static_assert(detail::moves_may_throw<T> || noexcept(*out = std::declval<T>()),
                      "an assignment that throws would lose the item: use a vector, or elements that exist");
        const auto step = [&out](std::size_t done) { done > 0 ? void(++out) : void(); };
        return core_.pop_many(max, until, step, [&out](T&& from) { *out = std::move(from); });
    }

    /// From now on pushes fail; pops take what is left, then end. Everybody who waits is told. For good.
    /// Memory      Whoever learns of it, from any of these functions, sees what came before the call.
    void close() noexcept { core_.close(); }
    [[nodiscard]] bool is_closed() const noexcept { return core_.ring().is_closed(); }

    /// How many items are here, and how many can be: a snapshot, which counts moves that are under way.
    [[nodiscard]] std::size_t size() const noexcept { return core_.ring().size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return core_.ring().capacity(); }

    /// `for (T& item : queue)`: pops each item in turn until the queue is closed and empty.
    class iterator;
    [[nodiscard]] iterator begin() { return iterator{*this}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

    class iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;

        [[nodiscard]] T& operator*() const noexcept { return *item_; }
        iterator& operator++()
        {
            item_ = queue_->pop();
            return *this;
        }
        void operator++(int) { ++*this; }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept { return !item_.has_value(); }

    private:
        friend class bounded_queue;
        explicit iterator(bounded_queue& queue) : queue_{&queue}, item_{queue.pop()} {}

        bounded_queue* queue_;
        mutable std::optional<T> item_;  // the loop's variable may be changed, or moved from
    };

private:
    using ring = std::conditional_t<std::same_as<Users, many_to_many>, detail::queue_ring<T>,
                                    detail::one_to_one_ring<T>>;
    using core = detail::queue_core<T, ring>;

    static auto into(std::optional<T>& item) noexcept
    {
        return [&item](T&& from) { item.emplace(std::move(from)); };
    }

    core core_;
};

}  // namespace signalbox
