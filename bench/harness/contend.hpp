// Runs one peer in one cell: threads that take it, work, give it back, work, for a while.
//
// Three passes over fresh objects and threads:
//   check       short; counts who is inside at once, and yields inside so that others get the chance to be
//               there too; its figures are not used
//   throughput  no clock is read by the threads: rate, shares and processor time come from here
//   waits       the same loop with the clock read before and after each acquisition: every wait is recorded
// Invariant 1  In every pass of a mutex (or of one permit) the sections change plain data in a chain;
//              afterwards the data must be what that many sections one after another leave, or the peer is
//              reported not exclusive.
// Invariant 2  A wait that was going on when the pass began or ended is recorded in full: a thread that gets
//              nothing in the whole pass shows as a wait of at least the pass.
// Invariant 3  A pass whose threads don't come home is reported as hung; the process then ends without them.
// Because      Two clock reads cost as much as two uncontended locks; so they have a pass of their own. What
//              they changed can be seen: the rate of both passes is reported.
// Checked by   bench/tests/harness_test.cpp
#pragma once

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "../peers/peer.hpp"
#include "cell.hpp"
#include "histogram.hpp"
#include "machine.hpp"
#include "measures.hpp"
#include "sections.hpp"
#include "stats.hpp"
#include "ticks.hpp"
#include "work.hpp"

namespace bench {

// The same, for the checking pass.
template <class Peer>
void checked_section(arena<Peer>& place, const cell& asked, data_line& data, bool yields)
{
    const unsigned others = place.inside.fetch_add(1, std::memory_order_seq_cst);
    if (others >= asked.permits)
        place.overfull.store(true, std::memory_order_seq_cst);
    section(data, asked.inside_steps);
    if (yields)
        std::this_thread::yield();
    place.inside.fetch_sub(1, std::memory_order_seq_cst);
}

// The pointer itself, but not before `zero` is known, which is 0: so the work outside is over when the next
// acquisition begins, whatever the processor does out of order.
template <class Object>
Object* after(std::uint64_t zero, Object* object) noexcept
{
    return reinterpret_cast<Object*>(reinterpret_cast<char*>(object) + zero);
}

template <pass_kind Pass, class Peer>
void work(arena<Peer>& place, const cell& asked, worker& self)
{
    typename Peer::node node;
    data_line& data = asked.permits == 1 ? place.shared : self.own;
    std::uint64_t outside = 1;
    std::uint64_t none = 0;
    asm volatile("" : "+r"(none));
    std::uint64_t done = 0;
    [[maybe_unused]] write_dice dice(&self, floor_peer<Peer> ? 0 : asked.writes);
    std::uint64_t had = 0;
    place.ready.fetch_add(1, std::memory_order_seq_cst);
    while (place.now.load(std::memory_order_seq_cst) == phase::prepare)
        std::this_thread::yield();
    // relaxed: seen a little later does no harm
    while (place.now.load(std::memory_order_relaxed) != phase::stop) {
        Peer& lock = *after(outside & none, &place.lock);
        std::uint64_t called = 0;
        if constexpr (Pass == pass_kind::waits)
            called = floor_peer<Peer> && had != 0 ? had : ticks();
        [[maybe_unused]] const bool writes = !sharing_peer<Peer> || dice.throw_one();
        enter(lock, node, writes);
        if constexpr (Pass == pass_kind::waits)
            had = ticks();
        if constexpr (sharing_peer<Peer>)
            shared_section<Pass>(place, asked, self, writes);
        else if constexpr (Pass == pass_kind::check)
            checked_section(place, asked, data, done % 8 == 0);
        else
            section(data, asked.inside_steps);
        leave(lock, node, writes);
        // relaxed: a figure for the main thread, no data behind it
        self.done.store(++done, std::memory_order_relaxed);
        if constexpr (Pass == pass_kind::waits) {
            const phase now = place.now.load(std::memory_order_relaxed);  // relaxed: as above
            if (now == phase::measured || now == phase::stop)
                self.waits.add(had > called ? had - called : 0);
        }
        outside = chain(outside, asked.outside_steps);
    }
    asm volatile("" : "+r"(outside));
    place.home.fetch_add(1, std::memory_order_seq_cst);
}

struct snapshot {
    double wall = 0;
    double cpu = 0;
    double machine = 0;
    std::vector<double> done;
};

// All counters at one moment; again if the main thread lost the core meanwhile.
inline snapshot take_snapshot(const std::vector<worker>& workers)
{
    snapshot result;
    result.machine = machine_busy_seconds();
    for (int attempt = 0; attempt < 5; ++attempt) {
        result.done.clear();
        result.wall = wall_seconds();
        for (const worker& each : workers) {
            result.done.push_back(
                static_cast<double>(each.done.load(std::memory_order_relaxed)));  // relaxed: see work()
        }
        result.cpu = process_cpu_seconds();
        if (wall_seconds() - result.wall < 50e-6)
            break;
    }
    return result;
}

struct pass_result {
    snapshot begin;
    snapshot end;
    histogram waits;

    double seconds() const { return end.wall - begin.wall; }
    std::vector<double> shares() const
    {
        std::vector<double> result;
        for (std::size_t i = 0; i < end.done.size(); ++i)
            result.push_back(end.done[i] - begin.done[i]);
        return result;
    }
    double operations() const
    {
        double sum = 0;
        for (const double share : shares())
            sum += share;
        return sum;
    }
};

// Whether the data is what `count` sections in a row leave (by Invariant 1).
inline bool is_chain_of(const data_line& data, std::uint64_t count, std::uint64_t steps)
{
    return data.count == count && data.value == jump(1, steps * count);
}

template <class Peer>
const char* verify(const arena<Peer>& place, const cell& asked)
{
    std::uint64_t all = 0;
    for (const worker& each : place.workers) {
        const std::uint64_t done =
            sharing_peer<Peer> ? each.own.count : each.done.load(std::memory_order_seq_cst);
        all += done;
        if (asked.permits != 1 && !is_chain_of(each.own, done, asked.inside_steps))
            return status_not_exclusive;
    }
    if (asked.permits == 1 && !is_chain_of(place.shared, all, asked.inside_steps))
        return status_not_exclusive;
    return place.overfull.load(std::memory_order_seq_cst) ? status_not_exclusive : status_ok;
}

// False: the threads didn't come home, and still use `place`.
template <class Peer>
bool come_home(const arena<Peer>& place, const cell& asked, std::vector<std::thread>& threads)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(asked.patience_ms);
    while (place.home.load(std::memory_order_seq_cst) != asked.threads) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    for (std::thread& thread : threads)
        thread.join();
    return true;
}

template <pass_kind Pass, class Peer>
const char* run_pass(const cell& asked, pass_result& result)
{
    auto place = std::make_unique<arena<Peer>>(asked);
    std::vector<std::thread> threads;
    for (worker& self : place->workers) {
        threads.emplace_back([&place = *place, &asked, &self] { work<Pass>(place, asked, self); });
    }
    while (place->ready.load(std::memory_order_seq_cst) != asked.threads)
        std::this_thread::yield();
    place->now.store(phase::warm, std::memory_order_seq_cst);
    std::this_thread::sleep_for(std::chrono::milliseconds(asked.warm_ms));
    if (Pass != pass_kind::check) {
        result.begin = take_snapshot(place->workers);
        place->now.store(phase::measured, std::memory_order_seq_cst);
        std::this_thread::sleep_for(std::chrono::milliseconds(asked.ms));
        result.end = take_snapshot(place->workers);
    }
    place->now.store(phase::stop, std::memory_order_seq_cst);
    if (!come_home(*place, asked, threads)) {
        for (std::thread& thread : threads)
            thread.detach();
        static_cast<void>(place.release());  // by Invariant 3: still in use until the process ends
        return status_hung;
    }
    for (const worker& each : place->workers)
        result.waits.add(each.waits);
    return verify(*place, asked);
}

// All passes. After "hung" the process must end without running destructors.
template <class Peer>
child_report run_cell(const cell& asked)
{
    child_report report;
    pass_result check;
    pass_result rates;
    pass_result waits;
    report.status = run_pass<pass_kind::check, Peer>(asked, check);
    if (report.status == status_ok)
        report.status = run_pass<pass_kind::throughput, Peer>(asked, rates);
    if (report.status == status_ok)
        report.status = run_pass<pass_kind::waits, Peer>(asked, waits);
    if (report.status != status_ok)
        return report;

    measures& values = report.figures;
    const double cpu = rates.end.cpu - rates.begin.cpu;
    const double cores = static_cast<double>(usable_cores().size());
    values.rate = rates.operations() / rates.seconds();
    values.jain = jain_index(rates.shares());
    values.smallest = smallest_share(rates.shares());
    values.cpu_ns = 1e9 * cpu / std::max(1.0, rates.operations());
    const double foreign = (rates.end.machine - rates.begin.machine - cpu) / (cores * rates.seconds());
    values.foreign = std::max(0.0, foreign);
    values.waits_rate = waits.operations() / waits.seconds();
    values.wait_p50 = waits.waits.quantile(0.5) * asked.ns_per_tick;
    values.wait_p999 = waits.waits.quantile(0.999) * asked.ns_per_tick;
    values.wait_worst = static_cast<double>(waits.waits.greatest()) * asked.ns_per_tick;
    return report;
}

}  // namespace bench
