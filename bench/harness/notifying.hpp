// One thread that notifies, and N that wait for it: how long until the first and the last of them go on, and
// what it costs the one who notifies.
//
// A round: the notifier waits until all N wait again, sleeps for a moment so that they are asleep and the
// cores are idle, changes the state under the mutex, and notifies. `held`: it notifies before it unlocks;
// otherwise afterwards. Each waiter reads the clock as soon as its wait has returned and the state says that
// it may go on; by then it owns the mutex. All times count from just before the notify.
// Invariant 1  A round ends when each waiter (notify_all) or one of them (notify_one) has gone on: a lost
//              notification leaves the process hanging, and its deadline finds it.
// Because      Whoever has the most threads running does not win: what counts is the last one that got the
//              mutex back.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <chrono>
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

struct notify_cell {
    unsigned waiters = 1;
    bool all = false;   // notify_all
    bool held = false;  // with the mutex held
    unsigned ms = 200;
};

struct notify_figures {
    double notifier = 0;  // ns that the notify, with its unlock if held, took; medians over the rounds
    double first = 0;     // ns until the first waiter went on
    double last = 0;      // ns until the last one did
    double last_p99 = 0;
    double cpu = 0;  // processor time of the process per waiter that went on
    double rounds = 0;
};

inline constexpr figure_name<notify_figures> notify_fields[] = {
    {"notifier_ns", &notify_figures::notifier}, {"first_ns", &notify_figures::first},
    {"last_ns", &notify_figures::last},         {"last_p99_ns", &notify_figures::last_p99},
    {"cpu_ns", &notify_figures::cpu},           {"rounds", &notify_figures::rounds},
};

template <class Condition>
struct waiting_room {
    explicit waiting_room(const notify_cell& asked) : cell(asked) { ::sem_init(&done, 0, 0); }

    const notify_cell cell;
    Condition condition;
    // guarded by the condition's mutex
    alignas(64) std::uint64_t round = 0;  // the last one that was notified
    unsigned tickets = 0;                 // of this round, for those that have not gone on
    unsigned waiting = 0;
    unsigned arrived = 0;
    std::uint64_t first = 0;  // ticks at which the first and the last one went on
    std::uint64_t last = 0;
    bool is_over = false;
    std::vector<std::uint64_t> seen;  // by each waiter: the last round in which it went on
    alignas(64)::sem_t done;          // the last one of a round was here
};

template <class Condition>
void wait_in_rounds(waiting_room<Condition>& room, unsigned self)
{
    room.condition.lock();
    while (!room.is_over) {
        ++room.waiting;
        while (!room.is_over && (room.tickets == 0 || (room.cell.all && room.seen[self] == room.round)))
            room.condition.wait();
        --room.waiting;
        if (room.is_over)
            break;
        room.last = ticks();
        room.first = room.arrived == 0 ? room.last : room.first;
        room.seen[self] = room.round;
        ++room.arrived;
        if (--room.tickets == 0) {
            room.condition.unlock();
            ::sem_post(&room.done);
            room.condition.lock();
        }
    }
    room.condition.unlock();
}

template <class Condition>
void await_all_waiting(waiting_room<Condition>& room)
{
    for (bool all = false; !all;) {
        std::this_thread::sleep_for(std::chrono::microseconds(150));
        room.condition.lock();
        all = room.waiting == room.cell.waiters;
        room.condition.unlock();
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100 + 4 * room.cell.waiters));
}

// Returns the ticks before and after the notify.
template <class Condition>
std::pair<std::uint64_t, std::uint64_t> notify_round(waiting_room<Condition>& room)
{
    Condition& condition = room.condition;
    const auto notify = [&] { room.cell.all ? condition.notify_all() : condition.notify_one(); };
    condition.lock();
    ++room.round;
    room.tickets = room.cell.all ? room.cell.waiters : 1;
    room.arrived = 0;
    if (!room.cell.held)
        condition.unlock();
    const std::uint64_t before = ticks();
    notify();
    if (room.cell.held)
        condition.unlock();
    return {before, ticks()};
}

// A hung peer never returns: its process has a deadline. A status as in cell.hpp.
template <class Condition>
std::string run_notifying(const notify_cell& cell, notify_figures& figures)
{
    const double ns_per_tick = measure_ns_per_tick();
    auto room = std::make_unique<waiting_room<Condition>>(cell);
    room->seen.resize(cell.waiters);
    std::vector<std::thread> waiters;
    for (unsigned i = 0; i < cell.waiters; ++i)
        waiters.emplace_back([&room, i] { wait_in_rounds(*room, i); });
    std::vector<double> costs, firsts, lasts;
    const unsigned expected = cell.all ? cell.waiters : 1;
    const double end = wall_seconds() + cell.ms / 1e3;
    const double cpu = process_cpu_seconds();
    while (wall_seconds() < end || costs.size() < 20) {
        await_all_waiting(*room);
        const auto [before, after] = notify_round(*room);
        while (::sem_wait(&room->done) != 0) {
        }
        room->condition.lock();
        costs.push_back(static_cast<double>(after - before) * ns_per_tick);
        firsts.push_back(static_cast<double>(room->first - before) * ns_per_tick);
        lasts.push_back(static_cast<double>(room->last - before) * ns_per_tick);
        room->condition.unlock();
    }
    const auto rounds = static_cast<double>(costs.size());
    const double spent = process_cpu_seconds() - cpu;
    room->condition.lock();
    room->is_over = true;
    room->condition.unlock();
    room->condition.notify_all();
    for (std::thread& waiter : waiters)
        waiter.join();
    figures = {median(costs),
               median(firsts),
               median(lasts),
               quantile(lasts, 0.99),
               1e9 * spent / (rounds * expected),
               rounds};
    return status_ok;
}

}  // namespace bench
