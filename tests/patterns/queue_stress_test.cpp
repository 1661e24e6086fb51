// Any mixture of pushes, pops, limits, stops and a close: each item exactly once, in its producer's order.
//
// Each test lasts SIGNALBOX_SOAK_SECONDS (1 unless set).
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <vector>

#include <signalbox/patterns/bounded_queue.hpp>

#include "../contract/cancellable.hpp"
#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

constexpr std::size_t producers_most = 4;

struct numbered {
    std::uint32_t producer = 0;
    std::uint64_t number = 0;
};

/// What one consumer got: from each producer in ascending order, or else it counts a violation.
struct receipts {
    std::array<std::vector<std::uint64_t>, producers_most> of;
    int violations = 0;

    void take(const numbered& item)
    {
        auto& mine = of[item.producer];
        violations += !mine.empty() && mine.back() >= item.number;
        mine.push_back(item.number);
    }
};

/// Pushes what comes next in one way of four; returns false when the queue is closed.
template <class Queue>
bool send(Queue& queue, numbered& item, dice& chance, const platform::stop_token& stop)
{
    const std::chrono::nanoseconds span{chance.below(100'000)};
    outcome ended = outcome::acquired;
    switch (chance.below(8)) {
    case 0: ended = queue.try_push(numbered{item}) ? outcome::acquired : outcome::timed_out; break;
    case 1: ended = queue.push(numbered{item}, span); break;
    case 2: ended = queue.push(numbered{item}, {span, stop}); break;
    case 3: ended = queue.push(numbered{item}, stop); break;
    default: ended = queue.push(numbered{item}) ? outcome::acquired : outcome::closed;
    }
    item.number += ended == outcome::acquired ? 1 : 0;
    return ended != outcome::closed && !(ended == outcome::timed_out && queue.is_closed());
}

/// Pops in one way of six; returns false at the end.
template <class Queue>
bool receive(Queue& queue, receipts& got, dice& chance, const platform::stop_token& stop)
{
    const std::chrono::nanoseconds span{chance.below(100'000)};
    numbered item;
    std::vector<numbered> several;
    outcome ended = outcome::timed_out;
    switch (chance.below(8)) {
    case 0:
        if (const auto found = queue.try_pop()) {
            got.take(*found);
        }
        return true;
    case 1: ended = queue.pop(item, span); break;
    case 2: ended = queue.pop(item, {span, stop}); break;
    case 3: ended = queue.pop(item, stop); break;
    case 4:
        if (queue.pop_many(several, 3) == 0) {
            return false;
        }
        for (const numbered& each : several) {
            got.take(each);
        }
        return true;
    default: ended = queue.pop(item, limit{});
    }
    if (ended == outcome::acquired) {
        got.take(item);
    }
    return ended != outcome::closed;
}

/// Counts how often each number of each producer arrived: it must be once, up to the last that was sent.
void expect_each_once(const std::deque<receipts>& all, const std::vector<std::uint64_t>& sent)
{
    for (std::size_t producer = 0; producer < sent.size(); ++producer) {
        std::vector<std::uint8_t> times(sent[producer]);
        std::uint64_t beyond = 0;
        for (const receipts& each : all) {
            for (const std::uint64_t number : each.of[producer]) {
                number < times.size() ? void(++times[number]) : void(++beyond);
            }
        }
        EXPECT_EQ(beyond, 0U);
        EXPECT_TRUE(std::all_of(times.begin(), times.end(), [](std::uint8_t count) { return count == 1; }));
    }
}

template <class Queue>
void expect_to_pass_everything_on(std::size_t capacity, std::size_t users, clock::duration time)
{
    Queue queue{capacity};
    cancellable<2 * producers_most> stops;
    std::deque<receipts> got(users);
    std::vector<std::uint64_t> sent(users);
    std::deque<task<bool>> crowd;
    for (std::size_t i = 0; i < users; ++i) {
        crowd.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i) + 1};
            numbered item{static_cast<std::uint32_t>(i), 0};
            while (send(queue, item, chance, stops.renew(i))) {
                dawdle(chance.below(500));
            }
            sent[i] = item.number;
            return true;
        });
        crowd.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i) + 100};
            while (receive(queue, got[i], chance, stops.renew(producers_most + i))) {
                dawdle(chance.below(500));
            }
            return true;
        });
    }
    stops.cancel_at_random_for(time);
    queue.close();
    crowd.clear();  // everybody comes to the end
    for (const receipts& each : got) {
        EXPECT_EQ(each.violations, 0);
    }
    EXPECT_EQ(queue.size(), 0U);
    expect_each_once(got, sent);
}

/// One queue after another, of each of these capacities in turn.
template <class Queue>
void expect_to_last(std::initializer_list<std::size_t> capacities, std::size_t users, clock::duration each)
{
    for (const auto end = clock::now() + soak_time(); clock::now() < end;) {
        for (const std::size_t capacity : capacities) {
            expect_to_pass_everything_on<Queue>(capacity, users, each);
        }
    }
}

TEST(queue_stress, many_threads_on_each_side)
{
    expect_to_last<bounded_queue<numbered>>({1, 3, 64}, 4, 100ms);
}

TEST(queue_stress, threads_that_close_again_and_again)
{
    expect_to_last<bounded_queue<numbered>>({1, 2}, 2, 500us);
}

TEST(queue_stress, one_thread_on_each_side)
{
    expect_to_last<bounded_queue<numbered, one_to_one>>({1, 3, 64}, 1, 20ms);
}

}  // namespace
}  // namespace signalbox::contract
