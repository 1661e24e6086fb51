// Identities: different while alive, given back at the end, and not given out again soon.
#include "core/thread_registry.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/platform/this_thread.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>
#include <vector>

namespace {

using signalbox::this_thread_id;
using signalbox::thread_id;

TEST(an_identity, stays_the_same_for_the_life_of_a_thread)
{
    const thread_id first = this_thread_id();
    EXPECT_NE(first, thread_id::none);
    EXPECT_EQ(this_thread_id(), first);
}

TEST(an_identity, belongs_to_one_of_the_threads_that_are_alive)
{
    constexpr int count = 100;
    std::vector<thread_id> ids(count);
    std::latch all_have_one(count);
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            ids[static_cast<std::size_t>(i)] = this_thread_id();
            all_have_one.arrive_and_wait();
        });
    }
    threads.clear();
    std::set<std::uint32_t> different{this_thread_id().value()};
    for (const thread_id id : ids) {
        different.insert(id.value());
    }
    EXPECT_EQ(different.size(), count + 1U);
    EXPECT_FALSE(different.contains(0));
}

TEST(an_identity, is_not_given_out_again_soon)
{
    std::uint32_t of_the_dead = 0;
    std::jthread([&] { of_the_dead = this_thread_id().value(); }).join();
    for (int i = 0; i < 1000; ++i) {
        std::jthread([&] { EXPECT_NE(this_thread_id().value(), of_the_dead); }).join();
    }
}

TEST(an_identity, is_nobody_elses_although_all_ask_at_once)
{
    constexpr std::uint32_t from = 100;
    constexpr int rounds = 100'000;
    std::vector<std::atomic<bool>> is_taken(1000);
    std::atomic<int> doubled = 0;
    std::atomic<int> before = 0;
    const auto ask = [&] {
        for (int round = 0; round < rounds; ++round) {
            signalbox::detail::search_identities_from(from);
            const std::uint32_t id = this_thread_id().value();
            before += id < from ? 1 : 0;
            doubled += is_taken[id].exchange(true) ? 1 : 0;
            is_taken[id].store(false);
            signalbox::detail::thread_exit(signalbox::platform::this_thread());
        }
        static_cast<void>(this_thread_id());  // what the thread gives back at its end
    };
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back(ask);
    }
    threads.clear();
    EXPECT_EQ(doubled, 0);
    EXPECT_EQ(before, 0) << "the search goes onwards";
}

TEST(an_identity, wraps_past_the_largest_to_the_smallest_that_is_free)
{
    const std::uint32_t mine = this_thread_id().value();
    constexpr std::uint32_t largest = signalbox::detail::owner_word::owner;
    signalbox::detail::search_identities_from(largest - 1);
    std::vector<std::uint32_t> ids;
    std::latch all_have_one(4);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        std::latch has_one(1);
        threads.emplace_back([&] {
            ids.push_back(this_thread_id().value());
            has_one.count_down();
            all_have_one.arrive_and_wait();
        });
        has_one.wait();
    }
    threads.clear();
    EXPECT_EQ(ids[0], largest - 1);
    EXPECT_EQ(ids[1], largest);
    EXPECT_GT(ids[2], 0U);
    EXPECT_LT(ids[2], ids[3]);
    EXPECT_LT(ids[3], 64U);
    EXPECT_NE(ids[2], mine);
    EXPECT_NE(ids[3], mine);
}

TEST(an_identity, is_found_by_a_destructor_that_locks_when_its_thread_ends)
{
    static signalbox::mutex mutex;
    struct locks_at_the_end {
        ~locks_at_the_end()
        {
            mutex.lock();
            mutex.unlock();
        }
    };
    std::jthread([] {
        static thread_local locks_at_the_end last;
        static_cast<void>(&last);
    }).join();
    EXPECT_EQ(mutex.owner(), thread_id::none);
}

}  // namespace
