// Queues by address, and the lock of a bucket.
#include "core/parking_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../contract/harness.hpp"
#include "../thread/in_child.hpp"

namespace {

using namespace signalbox::detail;

struct a_queue : testing::Test {
    int object = 0;
    bucket place;
    std::array<std::unique_ptr<waiter>, 4> waiters;

    a_queue()
    {
        for (auto& each : waiters) {
            each = std::make_unique<waiter>(&object, cell_kind::permits, 1);
        }
    }

    std::vector<const waiter*> in_order() const
    {
        std::vector<const waiter*> order;
        const waiter* before = nullptr;
        for (const waiter* who = place.first(&object, cell_kind::permits); who != nullptr; who = who->next) {
            EXPECT_EQ(who->previous, before);
            before = who;
            order.push_back(who);
        }
        if (!order.empty()) {
            EXPECT_EQ(order.front()->tail, order.back());
            EXPECT_EQ(order.front()->length, order.size());
        }
        return order;
    }

    std::vector<const waiter*> these(std::initializer_list<std::size_t> indices) const
    {
        std::vector<const waiter*> order;
        for (const auto index : indices) {
            order.push_back(waiters[index].get());
        }
        return order;
    }
};

TEST_F(a_queue, keeps_the_order_in_which_they_came)
{
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(place.push(*waiters[i]), i);
    }
    EXPECT_EQ(in_order(), these({0, 1, 2, 3}));
}

TEST_F(a_queue, survives_every_order_of_leaving)
{
    std::array<std::size_t, 4> leaving{0, 1, 2, 3};
    do {
        for (const std::size_t i : {0U, 1U, 2U, 3U}) {
            waiters[i] = std::make_unique<waiter>(&object, cell_kind::permits, 1);
            place.push(*waiters[i]);
        }
        std::vector<const waiter*> left = these({0, 1, 2, 3});
        for (const std::size_t i : leaving) {
            place.remove(*waiters[i]);
            std::erase(left, waiters[i].get());
            EXPECT_EQ(in_order(), left);
        }
    } while (std::next_permutation(leaving.begin(), leaving.end()));
}

TEST_F(a_queue, knows_how_many_stand_before_a_waiter_at_most)
{
    for (auto& each : waiters) {
        place.push(*each);
    }
    EXPECT_EQ(place.ahead_of(*waiters[3]), 3U);
    place.remove(*waiters[0]);
    EXPECT_EQ(place.ahead_of(*waiters[3]), 2U);
    place.remove(*waiters[2]);
    EXPECT_EQ(place.ahead_of(*waiters[3]), 2U) << "an upper bound: who left in the middle is still counted";
    place.remove(*waiters[1]);
    EXPECT_EQ(place.ahead_of(*waiters[3]), 0U);
}

TEST_F(a_queue, lets_one_join_before_another)
{
    int other = 0;
    waiter stranger(&other, cell_kind::permits, 1);
    place.push(stranger);
    place.push(*waiters[0]);
    EXPECT_EQ(place.push(*waiters[1], waiters[0].get()), 0U);
    EXPECT_EQ(in_order(), these({1, 0}));
    EXPECT_EQ(place.first(&other, cell_kind::permits), &stranger) << "behind the new head's queue";
    EXPECT_EQ(place.push(*waiters[2]), 2U);
    EXPECT_EQ(place.push(*waiters[3], waiters[2].get()), 1U)
        << "at most: it has the ticket of whom it precedes";
    EXPECT_EQ(in_order(), these({1, 0, 3, 2}));
    EXPECT_EQ(place.ahead_of(*waiters[3]), place.ahead_of(*waiters[2]));
    for (const std::size_t i : {0U, 3U, 1U, 2U}) {
        place.remove(*waiters[i]);
    }
    EXPECT_EQ(in_order(), these({}));
    EXPECT_EQ(place.first(&other, cell_kind::permits), &stranger);
}

TEST_F(a_queue, is_found_beside_those_of_others)
{
    int other = 0;
    waiter stranger(&other, cell_kind::permits, 1);
    waiter namesake(&object, cell_kind::owner, 1);  // the same address, but a mutex
    place.push(stranger);
    place.push(*waiters[0]);
    place.push(namesake);
    place.push(*waiters[1]);
    EXPECT_EQ(in_order(), these({0, 1}));
    EXPECT_EQ(place.first(&other, cell_kind::permits), &stranger);
    EXPECT_EQ(place.first(&object, cell_kind::owner), &namesake);
    place.remove(stranger);
    EXPECT_EQ(place.first(&other, cell_kind::permits), nullptr);
    place.remove(*waiters[0]);
    EXPECT_EQ(in_order(), these({1}));
    EXPECT_EQ(place.first(&object, cell_kind::owner), &namesake);
}

TEST(the_whole_table, shows_everybody_at_one_moment)
{
    int places[2] = {};
    waiter first(&places[0], cell_kind::permits, 1);
    waiter second(&places[0], cell_kind::permits, 1);
    waiter elsewhere(&places[1], cell_kind::owner, 1);
    for (waiter* each : {&first, &second, &elsewhere}) {
        bucket_for(each->cell).push(*each);
    }
    std::vector<const waiter*> seen;
    {
        const whole_table all;
        all.each_queue([&](const waiter& head) {
            for (const waiter* who = &head; who != nullptr; who = who->next) {
                seen.push_back(who);
            }
        });
    }
    EXPECT_THAT(seen, testing::UnorderedElementsAre(&first, &second, &elsewhere));
    for (waiter* each : {&first, &second, &elsewhere}) {
        bucket_for(each->cell).remove(*each);
    }
}

TEST(a_waiter, that_is_called_is_not_granted)
{
    int object = 0;
    waiter who(&object, cell_kind::permits, 1);
    wake_list wakes;
    call(who, wakes);
    EXPECT_FALSE(who.is_granted());
    EXPECT_EQ(who.state.load(std::memory_order_relaxed), waiter::called);
    grant(who, wakes);
    EXPECT_TRUE(who.is_granted());
}

TEST(a_wake_list, takes_more_than_it_has_room_for)
{
    std::array<signalbox::platform::atomic<std::uint32_t>, 100> words{};
    wake_list wakes;
    for (const auto& word : words) {
        wakes.add(word);
    }
    wakes.wake();
}

TEST(bucket_for_an_address, is_always_the_same_and_spreads_neighbours)
{
    std::array<std::uint64_t, 4096> objects{};
    std::vector<const bucket*> seen;
    for (const auto& each : objects) {
        EXPECT_EQ(&bucket_for(&each), &bucket_for(&each));
        seen.push_back(&bucket_for(&each));
    }
    std::sort(seen.begin(), seen.end());
    const auto different = std::unique(seen.begin(), seen.end()) - seen.begin();
    EXPECT_GT(different, 256) << "4096 neighbouring objects share too few of the 512 buckets";
}

TEST(a_bucket_lock, lets_one_thread_in_at_a_time)
{
    bucket_lock lock;
    long inside = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 50'000; ++round) {
                lock.lock();
                ++inside;
                lock.unlock();
            }
        });
    }
    threads.clear();
    EXPECT_EQ(inside, 200'000);
}

TEST(a_fork, waits_until_nobody_changes_a_queue)
{
    const int object = 0;
    bucket& place = bucket_for(&object);
    bool is_whole = false;
    std::atomic<bool> has_ended = false;
    std::string complaint;
    place.lock.lock();
    std::jthread forks{[&] {
        complaint = signalbox::contract::in_child(
            [&is_whole] { return std::string{is_whole ? "" : "copied in the middle of a change"}; });
        has_ended = true;
    }};
    for (int i = 0; i < 10'000 && !has_ended; ++i) {  // who does not wait has ended by then
        std::this_thread::yield();
    }
    is_whole = true;
    place.lock.unlock();
    forks.join();
    EXPECT_EQ(complaint, "");
}

}  // namespace
