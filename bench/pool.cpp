// What borrowing costs: alone, and with 16 threads that share 4 things; beside the pool of a textbook.
//
// Because      A thing is used by waiting for it, as a database connection is: for that the threads sleep,
//              and the two cores of a small machine are not what they compete for.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <signalbox/patterns/pool.hpp>

#include "harness/options.hpp"

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t things = 4;
constexpr std::size_t threads = 16;

struct ours {
    static constexpr const char* name = "signalbox";
    signalbox::pool<int> pool{[] { return 0; }, {.max = things}};

    auto borrow() { return pool.acquire(); }
};

struct ours_limited {
    static constexpr const char* name = "signalbox, 1 s at most";
    signalbox::pool<int> pool{[] { return 0; }, {.max = things}};

    auto borrow() { return pool.acquire(1s); }
};

// A mutex, a condition variable and a stack of things; no clock, no limits, no order among those who wait.
struct textbook {
    static constexpr const char* name = "textbook";
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::unique_ptr<int>> idle;
    std::size_t made = 0;

    struct lease {
        textbook* home;
        std::unique_ptr<int> thing;

        lease(textbook* from, std::unique_ptr<int> what) : home{from}, thing{std::move(what)} {}
        lease(lease&&) = default;
        lease& operator=(lease&&) = delete;
        ~lease()
        {
            if (thing) {
                const std::lock_guard lock{home->mutex};
                home->idle.push_back(std::move(thing));
                home->changed.notify_one();
            }
        }
        int& operator*() const { return *thing; }
    };

    lease borrow()
    {
        std::unique_lock lock{mutex};
        changed.wait(lock, [this] { return !idle.empty() || made < things; });
        if (idle.empty()) {
            ++made;
            return {this, std::make_unique<int>(0)};
        }
        std::unique_ptr<int> thing = std::move(idle.back());
        idle.pop_back();
        return {this, std::move(thing)};
    }
};

struct waits {
    double mean = 0;
    double worst = 0;
    std::uint64_t count = 0;
};

template <class Pool>
double alone(unsigned rounds)
{
    Pool pool;
    std::vector<double> ns;
    constexpr int pairs = 20'000;
    for (unsigned round = 0; round < rounds; ++round) {
        const auto begin = clock::now();
        for (int i = 0; i < pairs; ++i) {
            auto lease = pool.borrow();
            ++*lease;
        }
        ns.push_back(std::chrono::duration<double, std::nano>(clock::now() - begin).count() / pairs);
    }
    std::nth_element(ns.begin(), ns.begin() + static_cast<std::ptrdiff_t>(ns.size() / 2), ns.end());
    return ns[ns.size() / 2];
}

// Each thread borrows, sleeps, gives back, and begins again.
template <class Pool>
waits together(std::chrono::milliseconds length, std::chrono::microseconds use)
{
    Pool pool;
    std::vector<waits> all(threads);
    {
        const auto begin = clock::now();
        const auto counted = begin + length / 10;  // by then all are in step
        std::vector<std::jthread> running;
        for (waits& mine : all) {
            running.emplace_back([&, use] {
                for (auto asked = clock::now(); asked - begin < length; asked = clock::now()) {
                    auto lease = pool.borrow();
                    const double us = std::chrono::duration<double, std::micro>(clock::now() - asked).count();
                    if (asked > counted) {
                        mine.mean += us;
                        mine.worst = std::max(mine.worst, us);
                        ++mine.count;
                    }
                    std::this_thread::sleep_for(use);
                }
            });
        }
    }
    waits sum;
    for (const waits& each : all) {
        sum.mean += each.mean;
        sum.worst = std::max(sum.worst, each.worst);
        sum.count += each.count;
    }
    sum.mean /= static_cast<double>(std::max<std::uint64_t>(sum.count, 1));
    return sum;
}

template <class Pool>
void measure(const options& given)
{
    const double ns = alone<Pool>(given.count("rounds", 100));
    const waits found = together<Pool>(std::chrono::milliseconds{given.count("ms", 1000)}, 1ms);
    const auto count = static_cast<unsigned long long>(found.count);
    if (given.has("json")) {
        std::printf("{\"subject\": \"%s\", \"ns\": %.4g, \"mean_us\": %.5g, \"worst_us\": %.5g, "
                    "\"waits\": %llu}\n",
                    Pool::name, ns, found.mean, found.worst, count);
    } else {
        std::printf("%-24s %10.1f %12.1f %12.1f %10llu\n", Pool::name, ns, found.mean, found.worst, count);
    }
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"rounds", "ms"}, {"json"});
    if (!given.has("json"))
        std::printf("%-24s %10s %12s %12s %10s\n", "", "alone, ns", "mean, us", "worst, us", "waits");
    bench::measure<bench::ours>(given);
    bench::measure<bench::ours_limited>(given);
    bench::measure<bench::textbook>(given);
    return 0;
}
