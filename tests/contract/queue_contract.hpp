// What a bounded queue promises, whoever may use it: items, room, order, limits, closing.
//
// A kind of queue names itself, and says which class it is:
//
//   struct some_queues { static constexpr const char* name; template <class T> using queue = ...; };
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/stop.hpp>

#include "harness.hpp"

namespace signalbox::contract {

template <class Kind>
class queue_contract : public ::testing::Test {
public:
    template <class T>
    using of = typename Kind::template queue<T>;
    using numbers = of<int>;
    using boxes = of<std::unique_ptr<int>>;
};

TYPED_TEST_SUITE_P(queue_contract);

TYPED_TEST_P(queue_contract, begins_empty_and_open)
{
    typename TestFixture::numbers queue{3};
    EXPECT_EQ(queue.capacity(), 3U);
    EXPECT_EQ(queue.size(), 0U);
    EXPECT_FALSE(queue.is_closed());
    EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TYPED_TEST_P(queue_contract, holds_its_capacity_and_no_more)
{
    for (const std::size_t capacity : {1U, 2U, 3U, 5U, 8U, 100U}) {
        typename TestFixture::numbers queue{capacity};
        for (int lap = 0; lap < 3; ++lap) {
            for (std::size_t i = 0; i < capacity; ++i) {
                EXPECT_EQ(queue.size(), i);
                EXPECT_TRUE(queue.try_push(static_cast<int>(i)));
            }
            EXPECT_FALSE(queue.try_push(-1));
            EXPECT_EQ(queue.size(), capacity);
            for (std::size_t i = 0; i < capacity; ++i) {
                EXPECT_EQ(queue.try_pop(), static_cast<int>(i));
            }
            EXPECT_EQ(queue.try_pop(), std::nullopt);
        }
    }
}

TYPED_TEST_P(queue_contract, refuses_a_capacity_that_can_not_be)
{
    using numbers_of = typename TestFixture::numbers;
    const auto none = refusal(std::errc::invalid_argument, [] { numbers_of{0}; });
    ASSERT_TRUE(none);
    EXPECT_NE(none->find("bounded_queue(0): its capacity must be at least 1"), std::string::npos) << *none;
    const auto huge =
        refusal(std::errc::value_too_large, [] { numbers_of{std::numeric_limits<std::size_t>::max()}; });
    ASSERT_TRUE(huge);
    EXPECT_NE(huge->find("its capacity can be at most "), std::string::npos) << *huge;
}

TYPED_TEST_P(queue_contract, items_leave_in_the_order_in_which_they_came)
{
    typename TestFixture::numbers queue{3};
    int next = 0;
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(queue.push(i));
        if (i % 3 == 2) {
            EXPECT_EQ(queue.pop(), next++);
            EXPECT_EQ(queue.pop(), next++);
            EXPECT_EQ(queue.pop(), next++);
        }
    }
}

TYPED_TEST_P(queue_contract, a_pop_waits_for_an_item)
{
    typename TestFixture::boxes queue{1};
    auto popper = start([&] { return **queue.pop(); });
    EXPECT_TRUE(popper.falls_asleep());
    EXPECT_FALSE(popper.is_done());
    EXPECT_TRUE(queue.push(std::make_unique<int>(7)));
    EXPECT_EQ(popper.get(), 7);
}

TYPED_TEST_P(queue_contract, a_push_waits_for_room)
{
    typename TestFixture::numbers queue{1};
    EXPECT_TRUE(queue.push(1));
    auto pusher = start([&] { return queue.push(2); });
    EXPECT_TRUE(pusher.falls_asleep());
    EXPECT_FALSE(pusher.is_done());
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_TRUE(pusher.get());
    EXPECT_EQ(queue.pop(), 2);
}

TYPED_TEST_P(queue_contract, a_limit_ends_a_pop_and_leaves_its_target)
{
    typename TestFixture::numbers queue{1};
    int target = 5;
    const auto begin = clock::now();
    EXPECT_EQ(queue.pop(target, 2ms), outcome::timed_out);
    EXPECT_EQ(queue.pop(target, clock::now() + 2ms), outcome::timed_out);
    EXPECT_GE(clock::now() - begin, 4ms);
    EXPECT_EQ(queue.pop(target, -1h), outcome::timed_out);
    EXPECT_EQ(target, 5);
    EXPECT_TRUE(queue.push(6));
    EXPECT_EQ(queue.pop(target, -1h), outcome::acquired);
    EXPECT_EQ(target, 6);
}

TYPED_TEST_P(queue_contract, a_push_that_fails_leaves_its_value_unmoved)
{
    typename TestFixture::boxes queue{1};
    platform::stop_source stop;
    auto box = std::make_unique<int>(1);
    EXPECT_EQ(queue.push(std::move(box), limit{}), outcome::acquired);
    EXPECT_EQ(box, nullptr);
    box = std::make_unique<int>(2);
    int* const address = box.get();
    EXPECT_FALSE(queue.try_push(std::move(box)));
    EXPECT_EQ(queue.push(std::move(box), 2ms), outcome::timed_out);
    stop.request_stop();
    EXPECT_EQ(queue.push(std::move(box), stop.get_token()), outcome::stopped);
    queue.close();
    EXPECT_EQ(queue.push(std::move(box), limit{}), outcome::closed);
    EXPECT_FALSE(queue.try_push(std::move(box)));
    EXPECT_EQ(box.get(), address);
}

TYPED_TEST_P(queue_contract, a_stop_ends_a_wait_on_either_side)
{
    typename TestFixture::numbers queue{1};
    platform::stop_source stop;
    auto popper = start([&] {
        int target = 0;
        return queue.pop(target, {24h, stop.get_token()});
    });
    EXPECT_TRUE(popper.falls_asleep());
    stop.request_stop();
    EXPECT_EQ(popper.get(), outcome::stopped);
    platform::stop_source other;
    EXPECT_TRUE(queue.push(1));
    auto pusher = start([&] { return queue.push(2, other.get_token()); });
    EXPECT_TRUE(pusher.falls_asleep());
    other.request_stop();
    EXPECT_EQ(pusher.get(), outcome::stopped);
    EXPECT_EQ(queue.size(), 1U);
}

TYPED_TEST_P(queue_contract, a_stop_requested_before_wins_over_an_item_and_over_room)
{
    typename TestFixture::numbers queue{2};
    platform::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(queue.push(1));
    int target = 0;
    EXPECT_EQ(queue.pop(target, stop.get_token()), outcome::stopped);
    EXPECT_EQ(queue.push(2, stop.get_token()), outcome::stopped);
    EXPECT_EQ(queue.size(), 1U);
}

TYPED_TEST_P(queue_contract, after_close_pushes_fail_and_pops_drain_then_end)
{
    typename TestFixture::numbers queue{3};
    EXPECT_TRUE(queue.push(1));
    EXPECT_TRUE(queue.push(2));
    queue.close();
    queue.close();
    EXPECT_TRUE(queue.is_closed());
    EXPECT_FALSE(queue.push(3));
    EXPECT_FALSE(queue.try_push(3));
    EXPECT_EQ(queue.pop(), 1);
    int target = 0;
    EXPECT_EQ(queue.pop(target, limit{}), outcome::acquired);
    EXPECT_EQ(target, 2);
    EXPECT_EQ(queue.pop(target, limit{}), outcome::closed);
    EXPECT_EQ(queue.pop(), std::nullopt);
    EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TYPED_TEST_P(queue_contract, close_ends_the_waits_of_both_sides)
{
    typename TestFixture::numbers empty{1};
    auto popper = start([&] { return empty.pop() == std::nullopt; });
    EXPECT_TRUE(popper.falls_asleep());
    empty.close();
    EXPECT_TRUE(popper.get());
    typename TestFixture::numbers full{1};
    EXPECT_TRUE(full.push(1));
    auto pusher = start([&] { return full.push(2); });
    EXPECT_TRUE(pusher.falls_asleep());
    full.close();
    EXPECT_FALSE(pusher.get());
    EXPECT_EQ(full.pop(), 1);
}

TYPED_TEST_P(queue_contract, a_range_for_ends_when_the_queue_is_closed_and_empty)
{
    typename TestFixture::boxes queue{2};
    auto reader = start([&] {
        int sum = 0;
        for (auto& box : queue) {
            const auto mine = std::move(box);
            sum += *mine;
        }
        return sum;
    });
    for (int i = 1; i <= 100; ++i) {
        EXPECT_TRUE(queue.push(std::make_unique<int>(i)));
    }
    queue.close();
    EXPECT_EQ(reader.get(), 5050);
}

TYPED_TEST_P(queue_contract, pop_many_takes_what_is_there_up_to_a_number)
{
    typename TestFixture::numbers queue{5};
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(queue.push(i));
    }
    std::vector<int> got;
    EXPECT_EQ(queue.pop_many(got, 0), 0U);
    EXPECT_EQ(queue.pop_many(got, 3), 3U);
    EXPECT_EQ(got, (std::vector<int>{0, 1, 2}));
    int array[4] = {-1, -1, -1, -1};
    EXPECT_EQ(queue.pop_many(array, 4), 2U);
    EXPECT_EQ(array[0], 3);
    EXPECT_EQ(array[1], 4);
    EXPECT_EQ(array[2], -1);
    EXPECT_EQ(queue.pop_many(got, 3, 1ms), 0U);
    auto popper = start([&] { return queue.pop_many(got, 3); });
    EXPECT_TRUE(popper.falls_asleep());
    EXPECT_TRUE(queue.push(9));
    EXPECT_EQ(popper.get(), 1U);
    queue.close();
    EXPECT_EQ(queue.pop_many(got, 3), 0U);
    EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 9}));
}

TYPED_TEST_P(queue_contract, what_is_left_is_destroyed_with_the_queue)
{
    const auto counted = std::make_shared<int>(1);
    {
        typename TestFixture::template of<std::shared_ptr<int>> queue{3};
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(queue.push(counted));
            EXPECT_TRUE(i % 2 == 0 || queue.pop().has_value());
        }
        EXPECT_EQ(counted.use_count(), 4);
    }
    EXPECT_EQ(counted.use_count(), 1);
}

REGISTER_TYPED_TEST_SUITE_P(
    queue_contract, begins_empty_and_open, holds_its_capacity_and_no_more, refuses_a_capacity_that_can_not_be,
    items_leave_in_the_order_in_which_they_came, a_pop_waits_for_an_item, a_push_waits_for_room,
    a_limit_ends_a_pop_and_leaves_its_target, a_push_that_fails_leaves_its_value_unmoved,
    a_stop_ends_a_wait_on_either_side, a_stop_requested_before_wins_over_an_item_and_over_room,
    after_close_pushes_fail_and_pops_drain_then_end, close_ends_the_waits_of_both_sides,
    a_range_for_ends_when_the_queue_is_closed_and_empty, pop_many_takes_what_is_there_up_to_a_number,
    what_is_left_is_destroyed_with_the_queue);

}  // namespace signalbox::contract
