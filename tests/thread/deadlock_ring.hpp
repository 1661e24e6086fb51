// Deadlocks on purpose: threads in a ring, and a count of the alarms.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <signalbox/deadlock.hpp>
#include <signalbox/mutex.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {

using guard = std::unique_lock<signalbox::mutex>;

/// Counts what is found, and throws; a test sees whether there was any alarm anywhere.
inline std::atomic<int> alarms{0};

struct deadlock : testing::Test {
    deadlock()
    {
        alarms.store(0);
        set_deadlock_handler([](const deadlock_error& found) {
            alarms.fetch_add(1);
            throw_deadlock(found);
        });
    }
    ~deadlock() override { set_deadlock_handler(nullptr); }
    deadlock(const deadlock&) = delete;
    deadlock& operator=(const deadlock&) = delete;
};

using caught = std::optional<deadlock_error>;

/// The deadlock that ends `run`, if one does.
template <class Run>
caught told_by(const Run& run)
{
    try {
        run();
    } catch (const deadlock_error& found) {
        return found;
    }
    return std::nullopt;
}

/// Threads in a ring: each owns one mutex and then wants the next one's.
struct ring {
    explicit ring(std::size_t size) : mutexes(size) {}

    /// What the i-th thread does, with `want` to lock the second mutex. Returns what it caught.
    template <class Want>
    std::optional<deadlock_error> run(std::size_t i, Want want)
    {
        const guard own{mutexes[i]};
        owned.fetch_add(1);
        require([&] { return owned.load() >= static_cast<int>(mutexes.size()); });
        try {
            if (want(mutexes[(i + 1) % mutexes.size()])) {
                mutexes[(i + 1) % mutexes.size()].unlock();
            }
        } catch (const deadlock_error& found) {
            caught_at.store(clock::now().time_since_epoch().count());
            return found;
        }
        return std::nullopt;
    }

    std::deque<signalbox::mutex> mutexes;
    std::atomic<int> owned{0};
    std::atomic<clock::rep> caught_at{0};
};

inline bool lock(signalbox::mutex& wanted)
{
    wanted.lock();
    return true;
}

/// What all threads of a ring caught.
inline std::vector<deadlock_error> deadlock_of(ring& around)
{
    std::vector<deadlock_error> all;
    std::deque<task<std::optional<deadlock_error>>> threads;
    for (std::size_t i = 0; i < around.mutexes.size(); ++i) {
        threads.emplace_back([&around, i] { return around.run(i, lock); });
    }
    for (auto& each : threads) {
        if (const auto found = each.get()) {
            all.push_back(*found);
        }
    }
    return all;
}

}  // namespace signalbox::contract
