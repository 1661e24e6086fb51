// The cells of bench_process with several processes.
#include "several_processes.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>

#include <linux/futex.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <signalbox/process/semaphore.hpp>

#include "harness/stats.hpp"

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
namespace process = signalbox::process;

// Two semaphores, by which two processes wake each other, or one that all want.
struct peer {
    std::string name;
    std::function<void(int)> take;
    std::function<void(int)> give;
};

peer sem_t_peer(unsigned first, unsigned second)
{
    auto* const pair = shared_memory<sem_t[2]>();
    ::sem_init(&(*pair)[0], 1, first);
    ::sem_init(&(*pair)[1], 1, second);
    return {"sem_t", [pair](int i) { ::sem_wait(&(*pair)[i]); }, [pair](int i) { ::sem_post(&(*pair)[i]); }};
}

// The least that can put a process to sleep and wake it: a word, and the two calls.
peer futex_peer()
{
    using words = std::atomic<std::uint32_t>[2];
    static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
    auto* const pair = shared_memory<words>();
    return {"futex alone",
            [pair](int i) {
                while ((*pair)[i].exchange(0) == 0)
                    ::syscall(SYS_futex, &(*pair)[i], FUTEX_WAIT, 0, nullptr, nullptr, 0);
            },
            [pair](int i) {
                (*pair)[i].store(1);
                ::syscall(SYS_futex, &(*pair)[i], FUTEX_WAKE, 1, nullptr, nullptr, 0);
            }};
}

peer plain_peer(std::ptrdiff_t first, std::ptrdiff_t second)
{
    const auto pair = std::make_shared<std::vector<process::semaphore>>();
    for (const std::ptrdiff_t initial : {first, second})
        pair->push_back(process::semaphore::anonymous({.capacity = 1, .initial = initial}));
    return {"process::semaphore", [pair](int i) { (*pair)[static_cast<std::size_t>(i)].acquire(); },
            [pair](int i) { (*pair)[static_cast<std::size_t>(i)].release(); }};
}

peer permit_peer()
{
    struct state {
        process::semaphore object = process::semaphore::anonymous();
        signalbox::permit<process::semaphore> held{};
    };
    const auto one = std::make_shared<state>();
    return {"permit", [one](int) { one->held = signalbox::permit{one->object}; },
            [one](int) { one->held.release(); }};
}

void run_on(int core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    ::sched_setaffinity(0, sizeof cores, &cores);
}

// Nanoseconds from one process's release to the other one's going on: half a round.
double ping_pong(const peer& what, bool is_one_core, unsigned ms)
{
    auto* const over = shared_memory<std::atomic<bool>>();
    over->store(false);
    const pid_t other = ::fork();
    if (other == 0) {
        run_on(is_one_core ? 0 : 1);
        for (;;) {
            what.take(1);
            if (over->load())
                ::_exit(0);
            what.give(0);
        }
    }
    cpu_set_t before;
    ::sched_getaffinity(0, sizeof before, &before);
    run_on(0);
    std::size_t rounds = 0;
    const auto begin = clock::now();
    const auto end = begin + std::chrono::milliseconds{ms};
    for (; rounds % 64 != 0 || clock::now() < end; ++rounds) {
        what.give(1);
        what.take(0);
    }
    const std::chrono::duration<double, std::nano> spent = clock::now() - begin;
    over->store(true);
    what.give(1);
    ::waitpid(other, nullptr, 0);
    ::sched_setaffinity(0, sizeof before, &before);
    ::munmap(over, sizeof *over);
    return spent.count() / (2.0 * static_cast<double>(rounds));
}

struct crowd {
    std::atomic<bool> has_begun, is_over;
    std::atomic<std::uint64_t> taken[8];
};

struct contest {
    double rate;   // permits a second
    double share;  // smallest part of a process / largest
};

contest contend(const peer& what, unsigned ms)
{
    auto* const all = shared_memory<crowd>();
    std::vector<pid_t> children;
    for (auto& taken : all->taken) {
        children.push_back(::fork());
        if (children.back() == 0) {
            while (!all->has_begun.load())
                ::usleep(100);
            for (std::uint64_t mine = 0; !all->is_over.load(std::memory_order_relaxed);) {
                what.take(0);
                what.give(0);
                taken.store(++mine, std::memory_order_relaxed);
            }
            ::_exit(0);
        }
    }
    all->has_begun.store(true);
    for (const auto& taken : all->taken)
        while (taken.load() == 0)
            ::usleep(500);  // the contest begins when the last one has come
    std::vector<double> counts;
    for (const auto& taken : all->taken)
        counts.push_back(-static_cast<double>(taken.load()));
    const auto begin = clock::now();
    ::usleep(1'000 * ms);
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] += static_cast<double>(all->taken[i].load());
    const std::chrono::duration<double> spent = clock::now() - begin;
    all->is_over.store(true);
    for (const pid_t child : children)
        ::waitpid(child, nullptr, 0);
    ::munmap(all, sizeof *all);
    double sum = 0;
    for (const double count : counts)
        sum += count;
    return {sum / spent.count(), *std::min_element(counts.begin(), counts.end()) /
                                     *std::max_element(counts.begin(), counts.end())};
}

void print_ping_pong(const options& given, bool is_one_core)
{
    std::vector<double> bare, theirs, ours, bare_ratios, ratios;
    for (unsigned i = 0; i < given.count("repeat", 3); ++i) {
        bare.push_back(ping_pong(futex_peer(), is_one_core, given.count("ms", 300)));
        theirs.push_back(ping_pong(sem_t_peer(0, 0), is_one_core, given.count("ms", 300)));
        ours.push_back(ping_pong(plain_peer(0, 0), is_one_core, given.count("ms", 300)));
        bare_ratios.push_back(bare.back() / theirs.back());
        ratios.push_back(ours.back() / theirs.back());
    }
    const std::string part = is_one_core ? "ping-pong, one core" : "ping-pong, two cores";
    print_figure(given, {part, "futex alone", "ns", bare, "sem_t", median(bare_ratios)});
    print_figure(given, {part, "sem_t", "ns", theirs, "sem_t", 1});
    print_figure(given, {part, "process::semaphore", "ns", ours, "sem_t", median(ratios)});
}

void print_contended(const options& given)
{
    const std::vector<std::function<peer()>> peers{[] { return sem_t_peer(1, 0); },
                                                   [] { return plain_peer(1, 0); }, permit_peer};
    std::vector<std::vector<double>> rates(peers.size()), shares(peers.size()), ratios(peers.size());
    for (unsigned i = 0; i < given.count("repeat", 3); ++i) {
        for (std::size_t which = 0; which < peers.size(); ++which) {
            const contest found = contend(peers[which](), 2 * given.count("ms", 300));
            rates[which].push_back(found.rate / 1e6);
            shares[which].push_back(found.share);
            ratios[which].push_back(rates[which].back() / rates[0].back());
        }
    }
    for (std::size_t which = 0; which < peers.size(); ++which) {
        const std::string name = peers[which]().name;
        print_figure(given,
                     {"8 processes, 1 permit", name, "M/s", rates[which], "sem_t", median(ratios[which])});
        print_figure(given, {"8 processes, smallest/largest", name, "", shares[which], "", 0});
    }
}

}  // namespace

void print_figure(const options& given, const printed_figure& what)
{
    const double least = quantile(what.values, 0);
    const double most = quantile(what.values, 1);
    if (given.has("json")) {
        std::printf("{\"part\": \"%s\", \"name\": \"%s\", \"unit\": \"%s\", \"median\": %.6g, "
                    "\"min\": %.6g, \"max\": %.6g, \"reference\": \"%s\", \"ratio\": %.4g}\n",
                    what.part.c_str(), what.name.c_str(), what.unit.c_str(), median(what.values), least, most,
                    what.reference.c_str(), what.ratio);
    } else {
        std::printf("%-30s %-28s %9.6g %-3s %9.6g..%-9.6g", what.part.c_str(), what.name.c_str(),
                    median(what.values), what.unit.c_str(), least, most);
        what.reference.empty() ? std::printf("\n")
                               : std::printf(" %7.3f x %s\n", what.ratio, what.reference.c_str());
    }
    std::fflush(stdout);
}

void print_several_processes(const options& given)
{
    print_ping_pong(given, false);
    print_ping_pong(given, true);
    print_contended(given);
}

}  // namespace bench
