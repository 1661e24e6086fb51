// Producers and consumers that do nothing but push and pop: how many items a second go through a queue.
//
// The consumers' counters are read at two moments, after a quarter of a pass and after a whole one more. Then
// each producer ends with an item that tells one consumer to end.
// Invariant 1  Each producer's items are numbered; their numbers add up in the end, or the peer is reported.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cell.hpp"
#include "machine.hpp"
#include "repeats.hpp"

namespace bench {

template <std::size_t Size>
struct queue_item {
    std::uint64_t number = 0;
    std::uint64_t rest[Size / 8 - 1] = {};
};
template <>
struct queue_item<8> {
    std::uint64_t number = 0;
};

struct queue_cell {
    std::size_t capacity = 64;
    unsigned threads = 1;  // on each side
    unsigned ms = 200;
};

struct queue_figures {
    double rate = 0;  // items a second
    double cpu = 0;   // ns of processor time per item
    double items = 0;
};

inline constexpr figure_name<queue_figures> queue_fields[] = {
    {"rate", &queue_figures::rate}, {"cpu_ns", &queue_figures::cpu}, {"items", &queue_figures::items}};

inline constexpr std::uint64_t last_number = ~std::uint64_t{0};

// What a thread has done; on a cache line of its own.
struct alignas(64) queue_counts {
    std::atomic<std::uint64_t> items{0};
    std::uint64_t sum = 0;

    void take(std::uint64_t number)
    {
        sum += number;
        items.store(items.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
};

inline std::uint64_t items_of(const std::vector<queue_counts>& all)
{
    std::uint64_t count = 0;
    for (const queue_counts& each : all)
        count += each.items.load(std::memory_order_relaxed);
    return count;
}

inline std::uint64_t sum_of(const std::vector<queue_counts>& all)
{
    std::uint64_t sum = 0;
    for (const queue_counts& each : all)
        sum += each.sum;
    return sum;
}

// A hung peer never returns: its process has a deadline. A status as in cell.hpp.
template <class Queue, class Item>
std::string run_queue(const queue_cell& cell, queue_figures& figures)
{
    auto queue = std::make_unique<Queue>(cell.capacity);
    std::atomic<bool> is_over{false};
    std::vector<queue_counts> pushed(cell.threads), popped(cell.threads);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < cell.threads; ++i) {
        threads.emplace_back([&, &mine = pushed[i]] {
            Item item;
            for (item.number = 0; !is_over.load(std::memory_order_relaxed); ++item.number) {
                queue->push(item);
                mine.take(item.number);
            }
            item.number = last_number;
            queue->push(item);
        });
        threads.emplace_back([&, &mine = popped[i]] {
            Item item;
            for (queue->pop(item); item.number != last_number; queue->pop(item))
                mine.take(item.number);
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(cell.ms) / 4);
    const double begin = wall_seconds();
    const double cpu = process_cpu_seconds();
    const std::uint64_t before = items_of(popped);
    std::this_thread::sleep_for(std::chrono::milliseconds(cell.ms));
    figures.items = static_cast<double>(items_of(popped) - before);
    figures.rate = figures.items / (wall_seconds() - begin);
    figures.cpu = 1e9 * (process_cpu_seconds() - cpu) / std::max(figures.items, 1.0);
    is_over.store(true, std::memory_order_relaxed);
    for (std::thread& thread : threads)
        thread.join();
    const bool all_there = items_of(popped) == items_of(pushed) && sum_of(popped) == sum_of(pushed);
    return all_there ? status_ok : "items lost";
}

}  // namespace bench
