// The least that the machine allows: what any lock or semaphore must pay, measured beside them in the same
// run.
//
// The first group are pretended primitives, two atomic operations each, timed by the same loop as the real
// ones. The second need two threads: a cache line that goes to another core and back, and a thread that is
// put to sleep and woken by the kernel, on the waker's core or on another.
// Edges  E1  leave() -> enter(), in the floor that unlocks by a plain store.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "../peers/futex.hpp"
#include "../peers/peer.hpp"
#include "machine.hpp"
#include "ticks.hpp"

namespace bench {

// The least mutex: a compare-and-swap and an exchange.
struct floor_cas_exchange {
    static constexpr const char* name = "cas_exchange";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit floor_cas_exchange(unsigned) {}
    void enter(node&)
    {
        std::uint32_t seen = 0;
        if (!word.compare_exchange_strong(seen, 1, std::memory_order_seq_cst))
            futex_wait(word, seen);
    }
    void leave(node&)
    {
        if (word.exchange(0, std::memory_order_seq_cst) == 2)
            futex_wake_one(word);
    }
    std::atomic<std::uint32_t> word = 0;
};

// A mutex whose unlock can't know of waiters: a compare-and-swap and a plain store.
struct floor_cas_store {
    static constexpr const char* name = "cas_store";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit floor_cas_store(unsigned) {}
    void enter(node&)
    {
        std::uint32_t seen = 0;
        if (!word.compare_exchange_strong(seen, 1, std::memory_order_seq_cst))
            futex_wait(word, seen);
    }
    void leave(node&) { word.store(0, std::memory_order_release); }  // E1 release: pairs with enter()
    std::atomic<std::uint32_t> word = 0;
};

// The least semaphore: two read-modify-writes whose old values are looked at.
struct floor_two_rmw {
    static constexpr const char* name = "two_rmw";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit floor_two_rmw(unsigned permits) : word(permits) {}
    void enter(node&)
    {
        if (word.fetch_sub(1, std::memory_order_seq_cst) == 0)
            futex_wait(word, 0);
    }
    void leave(node&)
    {
        if (word.fetch_add(1, std::memory_order_seq_cst) > 1'000'000)
            futex_wake_one(word);
    }
    std::atomic<std::uint32_t> word;
};

// Half of a semaphore: a load, and a compare-and-swap of what it gave.
struct floor_load_cas {
    static constexpr const char* name = "load_cas";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit floor_load_cas(unsigned) {}
    void enter(node&)
    {
        std::uint32_t seen = word.load(std::memory_order_seq_cst);
        if (!word.compare_exchange_strong(seen, seen + 1, std::memory_order_seq_cst))
            futex_wait(word, seen);
    }
    void leave(node&) {}
    std::atomic<std::uint32_t> word = 0;
};

using floor_list = peer_list<floor_cas_exchange, floor_cas_store, floor_two_rmw, floor_load_cas>;

// Two threads that take turns at one word; `rounds` turns of each. Gives nanoseconds per round trip.
template <class Turn>
double turns(const std::vector<int>& cores, unsigned rounds, double ns_per_tick, Turn&& turn)
{
    alignas(128) std::atomic<std::uint32_t> word = 0;
    std::thread partner([&] {
        pin_this_thread(cores[1]);
        for (unsigned round = 0; round < rounds; ++round)
            turn(word, 1U, 0U);
    });
    std::uint64_t spent = 0;
    std::thread self([&] {
        pin_this_thread(cores[0]);
        turn(word, 0U, 1U);  // the first turn waits for the partner to be there
        const std::uint64_t first = ticks();
        for (unsigned round = 1; round < rounds; ++round)
            turn(word, 0U, 1U);
        spent = ticks() - first;
    });
    self.join();
    partner.join();
    return static_cast<double>(spent) * ns_per_tick / (rounds - 1);
}

// A cache line's way to another core and back.
inline double line_round_trip_ns(const std::vector<int>& cores, double ns_per_tick)
{
    return turns(cores, 20'000, ns_per_tick, [](auto& word, std::uint32_t mine, std::uint32_t next) {
        while (word.load(std::memory_order_seq_cst) != mine) {
        }
        word.store(next, std::memory_order_seq_cst);
    });
}

// Two hand-overs through the kernel: each thread wakes the other and goes to sleep.
inline double park_round_trip_ns(const std::vector<int>& cores, unsigned rounds, double ns_per_tick)
{
    return turns(cores, rounds, ns_per_tick, [](auto& word, std::uint32_t mine, std::uint32_t next) {
        while (word.load(std::memory_order_seq_cst) != mine)
            futex_wait(word, next);
        word.store(next, std::memory_order_seq_cst);
        futex_wake_one(word);
    });
}

// What the waker pays for waking a thread that sleeps on another core.
inline double wake_cost_ns(const std::vector<int>& cores, unsigned rounds, double ns_per_tick)
{
    std::atomic<std::uint32_t> word = 0;
    std::atomic<std::uint32_t> asleep = 0;
    std::thread sleeper([&] {
        pin_this_thread(cores[1]);
        for (std::uint32_t round = 0; round < rounds; ++round) {
            asleep.store(round + 1, std::memory_order_seq_cst);
            while (word.load(std::memory_order_seq_cst) == round)
                futex_wait(word, round);
        }
    });
    std::uint64_t spent = 0;
    std::thread waker([&] {
        pin_this_thread(cores[0]);
        for (std::uint32_t round = 0; round < rounds; ++round) {
            while (asleep.load(std::memory_order_seq_cst) != round + 1) {
            }
            std::this_thread::sleep_for(
                std::chrono::microseconds(100));  // long enough for its core to fall idle
            word.store(round + 1, std::memory_order_seq_cst);
            const std::uint64_t first = ticks();
            futex_wake_one(word);
            spent += ticks() - first;
        }
    });
    waker.join();
    sleeper.join();
    return static_cast<double>(spent) * ns_per_tick / rounds;
}

}  // namespace bench
