// Two threads that pass control to and fro through two semaphores, and what one hand-over takes.
//
// A hand-over (one way) goes from just before the release() of one thread to the return of the other's
// acquire(); a round trip is two of them. The mean comes from a pass without clocks: its length over the
// number of hand-overs. The percentiles come from a second pass, in which the releaser writes the time into a
// shared line and the other compares: about 20 ns dearer, and only as exact as the cores' counters agree.
// Invariant 1  The two threads take strict turns; each checks at its turn that the other has taken exactly
//              its own.
// Checked by   bench/tests/harness_test.cpp
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../peers/peer.hpp"
#include "cell.hpp"
#include "histogram.hpp"
#include "machine.hpp"
#include "ticks.hpp"
#include "work.hpp"

namespace bench {

// two: each thread on a core of its own.  one: both on one core.
// busy: all on two cores, where the scheduler likes, beside two threads that compute without end.
// busy_pinned: as `two`, with one of those on each core.
enum class placement { two, one, busy, busy_pinned };
inline constexpr const char* placement_names[] = {"two", "one", "busy", "busy_pinned"};

struct handover_figures {
    double mean = 0;  // ns per hand-over; a round trip takes twice that
    double cpu = 0;   // processor time of both threads per hand-over
    double p50 = 0;   // ns, one way
    double p99 = 0;
    double p999 = 0;
    double worst = 0;
    double busy_share = 0;  // of the two cores' time, what the computing threads got
};

struct handover_field {
    const char* name;
    double handover_figures::*member;
};
inline constexpr handover_field handover_fields[] = {
    {"mean_ns", &handover_figures::mean},
    {"cpu_ns", &handover_figures::cpu},
    {"p50_ns", &handover_figures::p50},
    {"p99_ns", &handover_figures::p99},
    {"p999_ns", &handover_figures::p999},
    {"worst_ns", &handover_figures::worst},
    {"busy_share", &handover_figures::busy_share},
};

template <class Peer>
struct table_tennis {
    table_tennis() : ping(0U), pong(0U) {}
    alignas(128) Peer ping;
    alignas(128) Peer pong;
    alignas(128) std::uint64_t ball = 0;  // turns so far; plain: handed over with the permit
    std::uint64_t stamp = 0;              // when the last release was called
    alignas(128) std::atomic<bool> stop = false;
    std::atomic<bool> wrong = false;
    std::atomic<unsigned> home = 0;
};

struct player {
    histogram times;
    double wall = 0;
    double cpu = 0;
    std::uint64_t turns = 0;
};

inline constexpr std::uint64_t game_over = ~std::uint64_t{0};

// One thread's side. The first player (parity 0) begins, and ends the game after a turn of the other.
template <bool Timed, class Peer>
void play(table_tennis<Peer>& table, Peer& mine, Peer& theirs, std::uint64_t parity, int core, player& self)
{
    typename Peer::node node;
    if (core >= 0)
        pin_this_thread(core);
    if (parity == 1)
        mine.enter(node);
    const double wall = wall_seconds();
    const double cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    for (std::uint64_t turn = parity;; turn += 2) {
        if (table.ball != turn) {
            table.wrong.store(true, std::memory_order_seq_cst);
            theirs.leave(node);  // so that the other sees it too
            break;
        }
        // relaxed: seen a turn later does no harm. The second player sees it by the hand-over at the latest.
        const bool last = table.stop.load(std::memory_order_relaxed);
        const bool leaving = last && parity == 0;
        table.ball = leaving ? game_over : turn + 1;
        if constexpr (Timed)
            table.stamp = ticks();
        theirs.leave(node);
        if (leaving)
            break;
        mine.enter(node);
        ++self.turns;
        if constexpr (Timed) {
            const std::uint64_t now = ticks();
            self.times.add(now > table.stamp ? now - table.stamp : 0);
        }
        if (parity == 1 && table.ball == game_over)
            break;
    }
    self.wall = wall_seconds() - wall;
    self.cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu;
    table.home.fetch_add(1, std::memory_order_seq_cst);
}

class busy_threads {
public:
    busy_threads(placement where, const std::vector<int>& cores)
    {
        if (where != placement::busy && where != placement::busy_pinned)
            return;
        for (std::size_t i = 0; i < 2; ++i) {
            threads_.emplace_back([this, i, where, &cores] {
                if (where == placement::busy_pinned)
                    pin_this_thread(cores[i]);
                std::uint64_t value = 1;
                while (!stop_.load(std::memory_order_relaxed)) {  // relaxed: seen a little later does no harm
                    value = chain(value, 1000);
                    cpu_[i].store(seconds_of(CLOCK_THREAD_CPUTIME_ID), std::memory_order_seq_cst);
                }
            });
        }
    }
    busy_threads(const busy_threads&) = delete;
    ~busy_threads()
    {
        stop_.store(true, std::memory_order_seq_cst);
        for (std::thread& thread : threads_)
            thread.join();
    }
    double cpu() const
    {
        return cpu_[0].load(std::memory_order_seq_cst) + cpu_[1].load(std::memory_order_seq_cst);
    }

private:
    std::atomic<bool> stop_ = false;
    std::atomic<double> cpu_[2] = {0, 0};
    std::vector<std::thread> threads_;
};

template <class Peer>
struct game {
    game(placement where, const std::vector<int>& cores) : busy(where, cores) {}
    busy_threads busy;
    table_tennis<Peer> table;
    player a;
    player b;
};

// False: they sleep for ever.
template <class Peer>
bool both_come_home(const table_tennis<Peer>& table)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (table.home.load(std::memory_order_seq_cst) != 2) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return true;
}

inline void summarize(player& a, const player& b, handover_figures& figures)
{
    const auto handovers = static_cast<double>(std::max<std::uint64_t>(1, 2 * a.turns));
    figures.mean = 1e9 * a.wall / handovers;
    figures.cpu = 1e9 * (a.cpu + b.cpu) / handovers;
    a.times.add(b.times);
    figures.p50 = a.times.quantile(0.5);
    figures.p99 = a.times.quantile(0.99);
    figures.p999 = a.times.quantile(0.999);
    figures.worst = static_cast<double>(a.times.greatest());
}

// One game of `ms` milliseconds; a status as in cell.hpp. After "hung" the process must end without
// destructors.
template <bool Timed, class Peer>
std::string run_game(placement where, const std::vector<int>& cores, unsigned ms, handover_figures& figures)
{
    auto played = std::make_unique<game<Peer>>(where, cores);
    table_tennis<Peer>& table = played->table;
    const bool pinned = where != placement::busy;
    const int first = pinned ? cores[0] : -1;
    const int second = pinned ? cores[where == placement::one ? 0 : 1] : -1;
    std::thread b([&, second] { play<Timed>(table, table.ping, table.pong, 1, second, played->b); });
    std::thread a([&, first] { play<Timed>(table, table.pong, table.ping, 0, first, played->a); });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const double busy_before = played->busy.cpu();
    const double begin = wall_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    figures.busy_share = (played->busy.cpu() - busy_before) / (2 * (wall_seconds() - begin));
    table.stop.store(true, std::memory_order_seq_cst);
    const bool home = both_come_home(table);
    const bool wrong = table.wrong.load(std::memory_order_seq_cst);
    if (!home) {
        a.detach();
        b.detach();
        static_cast<void>(played.release());  // still in use until the process ends
        return wrong ? status_wrong_order : status_hung;
    }
    a.join();
    b.join();
    summarize(played->a, played->b, figures);
    return wrong ? status_wrong_order : status_ok;
}

template <class Peer>
std::string run_handover(placement where, unsigned ms, handover_figures& figures)
{
    std::vector<int> cores = usable_cores();
    if (cores.empty() || (where != placement::one && cores.size() < 2))
        return "too few cores";
    if (where == placement::busy && !confine_this_thread({cores[0], cores[1]}))
        return "not confined";
    const double ns_per_tick = measure_ns_per_tick();
    handover_figures timed;
    std::string status = run_game<false, Peer>(where, cores, ms, figures);
    if (status != status_ok)
        return status;
    status = run_game<true, Peer>(where, cores, ms, timed);
    figures.p50 = timed.p50 * ns_per_tick;
    figures.p99 = timed.p99 * ns_per_tick;
    figures.p999 = timed.p999 * ns_per_tick;
    figures.worst = timed.worst * ns_per_tick;
    return status;
}

}  // namespace bench
