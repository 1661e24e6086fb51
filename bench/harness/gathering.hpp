// Threads that meet round after round (latch, barrier), and threads that wait for an event which one sets.
//
// Meeting: T threads do nothing but meet, a fixed number of rounds; the length of a round is the whole time
// through that number. A latch's rounds are prepared before.
// Event: N threads wait; another one waits until they are asleep, and sets it. Times count from just before
// the set: until the setter is through, until the first and until the last waiter goes on.
// Invariant 1  A round ends when everybody has gone on: a lost wake-up leaves the process hanging, and its
//              deadline finds it.
#pragma once

#include <semaphore.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cell.hpp"
#include "machine.hpp"
#include "repeats.hpp"
#include "stats.hpp"
#include "ticks.hpp"

namespace bench {

struct gather_cell {
    unsigned threads = 2;  // that meet, or wait
    unsigned ms = 200;
};

struct gather_figures {
    double round = 0;  // ns; of an event: until the last waiter went on, the median over the rounds
    double p99 = 0;    // of an event
    double first = 0;  // ns until the first waiter of an event went on
    double setter = 0;
    double cpu = 0;  // processor time of the process per thread and round
    double rounds = 0;
};

inline constexpr figure_name<gather_figures> gather_fields[] = {
    {"round_ns", &gather_figures::round}, {"p99_ns", &gather_figures::p99},
    {"first_ns", &gather_figures::first}, {"setter_ns", &gather_figures::setter},
    {"cpu_ns", &gather_figures::cpu},     {"rounds", &gather_figures::rounds},
};

// Seconds that so many rounds took, from the first meeting to the last.
template <class Meeting>
double meet(unsigned threads, std::size_t rounds, double& cpu_seconds)
{
    auto place = std::make_unique<Meeting>(threads, rounds + 1);
    std::vector<std::thread> others;
    const auto run = [&place, rounds] {
        for (std::size_t i = 1; i <= rounds; ++i)
            place->meet(i);
    };
    for (unsigned i = 1; i < threads; ++i) {
        others.emplace_back([&] {
            place->meet(0);
            run();
        });
    }
    place->meet(0);
    const double begin = wall_seconds();
    const double cpu = process_cpu_seconds();
    run();
    const double spent = wall_seconds() - begin;
    cpu_seconds = process_cpu_seconds() - cpu;
    for (std::thread& other : others)
        other.join();
    return spent;
}

// A hung peer never returns: its process has a deadline. A status as in cell.hpp.
template <class Meeting>
std::string run_meeting(const gather_cell& cell, gather_figures& figures)
{
    double cpu = 0;
    std::size_t rounds = 64;
    double spent = meet<Meeting>(cell.threads, rounds, cpu);
    const double wanted = cell.ms / 1e3;
    rounds =
        static_cast<std::size_t>(std::clamp(static_cast<double>(rounds) * wanted / spent, 64.0, 100'000.0));
    spent = meet<Meeting>(cell.threads, rounds, cpu);
    const auto count = static_cast<double>(rounds);
    figures.round = 1e9 * spent / count;
    figures.cpu = 1e9 * cpu / (count * cell.threads);
    figures.rounds = count;
    return status_ok;
}

template <class Event>
struct event_room {
    explicit event_room(unsigned waiters) : seen(waiters), starts(waiters)
    {
        for (::sem_t& each : starts)
            ::sem_init(&each, 0, 0);
        ::sem_init(&done, 0, 0);
    }

    Event event;
    alignas(64) std::atomic<unsigned> waiting{0};
    std::atomic<unsigned> left{0};
    bool is_over = false;             // written before a start
    std::vector<std::uint64_t> seen;  // by each waiter: ticks at which it went on
    std::vector<::sem_t> starts;      // of each waiter: the next round may begin
    ::sem_t done;                     // the last one of a round has gone on
};

inline void wait_for(::sem_t& semaphore)
{
    while (::sem_wait(&semaphore) != 0) {
    }
}

template <class Event>
void wait_in_rounds(event_room<Event>& room, unsigned self)
{
    for (;;) {
        wait_for(room.starts[self]);
        if (room.is_over)
            return;
        room.waiting.fetch_add(1, std::memory_order_seq_cst);
        room.event.wait();
        room.seen[self] = ticks();
        if (room.left.fetch_sub(1, std::memory_order_seq_cst) == 1)
            ::sem_post(&room.done);
    }
}

template <class Event>
void begin_round(event_room<Event>& room, unsigned waiters)
{
    room.event.reset();
    room.waiting.store(0, std::memory_order_seq_cst);
    room.left.store(waiters, std::memory_order_seq_cst);
    for (::sem_t& each : room.starts)
        ::sem_post(&each);
    while (room.waiting.load(std::memory_order_seq_cst) < waiters)
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    std::this_thread::sleep_for(std::chrono::microseconds(200));  // they fall asleep
}

template <class Event>
std::string run_setting(const gather_cell& cell, gather_figures& figures)
{
    const double ns_per_tick = measure_ns_per_tick();
    auto room = std::make_unique<event_room<Event>>(cell.threads);
    std::vector<std::thread> waiters;
    for (unsigned i = 0; i < cell.threads; ++i)
        waiters.emplace_back([&room, i] { wait_in_rounds(*room, i); });
    std::vector<double> costs, firsts, lasts;
    const double end = wall_seconds() + cell.ms / 1e3;
    const double cpu = process_cpu_seconds();
    while (wall_seconds() < end || costs.size() < 20) {
        begin_round(*room, cell.threads);
        const std::uint64_t before = ticks();
        room->event.set();
        const std::uint64_t after = ticks();
        wait_for(room->done);
        const auto [first, last] = std::minmax_element(room->seen.begin(), room->seen.end());
        costs.push_back(static_cast<double>(after - before) * ns_per_tick);
        firsts.push_back(static_cast<double>(*first - before) * ns_per_tick);
        lasts.push_back(static_cast<double>(*last - before) * ns_per_tick);
    }
    const auto rounds = static_cast<double>(costs.size());
    const double spent = process_cpu_seconds() - cpu;
    room->is_over = true;
    for (::sem_t& each : room->starts)
        ::sem_post(&each);
    for (std::thread& waiter : waiters)
        waiter.join();
    figures = {median(lasts),
               quantile(lasts, 0.99),
               median(firsts),
               median(costs),
               1e9 * spent / (rounds * cell.threads),
               rounds};
    return status_ok;
}

}  // namespace bench
