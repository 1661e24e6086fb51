// What a bounded queue promises of items whose moves throw: nothing is lost, nothing doubled, on either side.
//
// Instantiated like tests/contract/queue_contract.hpp.
#pragma once

#include <stdexcept>
#include <utility>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"

namespace signalbox::contract {

/// An item whose n-th move throws, and leaves it as it is; the moves after that one do not. Counts those that
/// live.
class fragile {
public:
    inline static std::atomic<int> alive{0};

    fragile() { alive.fetch_add(1); }
    fragile(int number, int breaks_at) : number_{number}, moves_left_{breaks_at} { alive.fetch_add(1); }
    fragile(fragile&& other) : number_{other.give()}, moves_left_{other.moves_left_} { alive.fetch_add(1); }
    fragile& operator=(fragile&& other)
    {
        number_ = other.give();
        moves_left_ = other.moves_left_;
        return *this;
    }
    ~fragile() { alive.fetch_sub(1); }

    [[nodiscard]] int number() const { return number_; }

private:
    int give()
    {
        if (moves_left_ > 0 && --moves_left_ == 0) {
            throw std::runtime_error{"broken"};
        }
        return std::exchange(number_, -1);
    }

    int number_ = -1;
    int moves_left_ = 0;
};

template <class Kind>
class queue_throwing_contract : public ::testing::Test {
public:
    using fragiles = typename Kind::template queue<fragile>;

    ~queue_throwing_contract() override { EXPECT_EQ(fragile::alive.load(), 0); }
};

TYPED_TEST_SUITE_P(queue_throwing_contract);

TYPED_TEST_P(queue_throwing_contract, a_push_that_throws_leaves_its_value_and_takes_no_room)
{
    typename TestFixture::fragiles queue{1};
    fragile first{1, 1};
    EXPECT_THROW(static_cast<void>(queue.push(std::move(first), limit{})), std::runtime_error);
    EXPECT_EQ(first.number(), 1);
    EXPECT_EQ(queue.size(), 0U);
    fragile second{2, 1};
    EXPECT_THROW(static_cast<void>(queue.try_push(std::move(second))), std::runtime_error);
    EXPECT_TRUE(queue.try_push(std::move(first)));
    EXPECT_FALSE(queue.try_push(std::move(second)));
    EXPECT_EQ(queue.pop(first, limit{}), outcome::acquired);
    EXPECT_EQ(first.number(), 1);
}

TYPED_TEST_P(queue_throwing_contract, a_pop_that_throws_leaves_the_item_the_first)
{
    typename TestFixture::fragiles queue{2};
    EXPECT_TRUE(queue.try_push(fragile{1, 2}));
    EXPECT_TRUE(queue.try_push(fragile{2, 2}));
    fragile target;
    EXPECT_THROW(static_cast<void>(queue.pop(target, limit{})), std::runtime_error);
    EXPECT_EQ(target.number(), -1);
    EXPECT_EQ(queue.size(), 2U);
    EXPECT_FALSE(queue.try_push(fragile{3, 0}));
    EXPECT_EQ(queue.pop(target, limit{}), outcome::acquired);
    EXPECT_EQ(target.number(), 1);
    EXPECT_THROW(static_cast<void>(queue.try_pop()), std::runtime_error);
    EXPECT_EQ(queue.pop(target, limit{}), outcome::acquired);
    EXPECT_EQ(target.number(), 2);
}

TYPED_TEST_P(queue_throwing_contract, pop_many_that_throws_has_popped_what_it_appended)
{
    typename TestFixture::fragiles queue{3};
    EXPECT_TRUE(queue.try_push(fragile{1, 0}));
    EXPECT_TRUE(queue.try_push(fragile{2, 2}));
    EXPECT_TRUE(queue.try_push(fragile{3, 0}));
    std::vector<fragile> got;
    got.reserve(3);
    EXPECT_THROW(queue.pop_many(got, 3), std::runtime_error);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(queue.pop_many(got, 3), 2U);
    EXPECT_EQ(got[0].number(), 1);
    EXPECT_EQ(got[1].number(), 2);
    EXPECT_EQ(got[2].number(), 3);
}

TYPED_TEST_P(queue_throwing_contract, a_push_that_throws_while_it_waited_leaves_the_room_to_others)
{
    typename TestFixture::fragiles queue{1};
    EXPECT_TRUE(queue.try_push(fragile{1, 0}));
    auto pusher = start([&] {
        fragile late{2, 1};
        try {
            return is_acquired(queue.push(std::move(late), limit{}));
        } catch (const std::runtime_error&) {
            return late.number() != 2;
        }
    });
    EXPECT_TRUE(pusher.falls_asleep());
    fragile target;
    EXPECT_EQ(queue.pop(target, limit{}), outcome::acquired);
    EXPECT_FALSE(pusher.get());
    EXPECT_TRUE(queue.try_push(fragile{3, 0}));
}

TYPED_TEST_P(queue_throwing_contract, a_popper_that_waits_gets_what_another_pop_failed_to_move)
{
    typename TestFixture::fragiles queue{1};
    auto popper = start([&] {
        fragile target;
        int failures = 0;
        for (;;) {
            try {
                return is_acquired(queue.pop(target, limit{})) ? 10 * failures + target.number() : -1;
            } catch (const std::runtime_error&) {
                ++failures;
            }
        }
    });
    EXPECT_TRUE(popper.falls_asleep());
    EXPECT_TRUE(queue.try_push(fragile{4, 2}));
    EXPECT_EQ(popper.get(), 14);
}

REGISTER_TYPED_TEST_SUITE_P(queue_throwing_contract, a_push_that_throws_leaves_its_value_and_takes_no_room,
                            a_pop_that_throws_leaves_the_item_the_first,
                            pop_many_that_throws_has_popped_what_it_appended,
                            a_push_that_throws_while_it_waited_leaves_the_room_to_others,
                            a_popper_that_waits_gets_what_another_pop_failed_to_move);

}  // namespace signalbox::contract
