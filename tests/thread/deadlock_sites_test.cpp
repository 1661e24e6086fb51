// A deadlock tells where each mutex of the cycle was locked, in code that knows its call sites.
#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/deadlock.hpp>
#include <signalbox/mutex.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

TEST(call_sites, are_told_by_a_deadlock)
{
    std::array<mutex, 2> mutexes;
    std::atomic<int> owned{0};
    std::array<unsigned, 2> lines{};
    const auto lock_both = [&](std::size_t first) {
        return start([&, first] {
            mutexes[first].lock(), lines[first] = __LINE__;
            owned.fetch_add(1);
            require([&] { return owned.load() == 2; });
            std::optional<deadlock_error> found;
            try {
                mutexes[1 - first].lock();
                mutexes[1 - first].unlock();
            } catch (const deadlock_error& error) {
                found = error;
            }
            mutexes[first].unlock();
            return found;
        });
    };
    auto one = lock_both(0);
    auto other = lock_both(1);
    const auto first = one.get();
    const auto second = other.get();
    ASSERT_NE(first.has_value(), second.has_value());
    for (const deadlocked_thread& each : (first ? *first : *second).cycle()) {
        EXPECT_EQ(each.acquired_at, "deadlock_sites_test.cpp:" + std::to_string(lines[0]));
    }
}

}  // namespace
}  // namespace signalbox::contract
