// Who was moved by a notify together with others, and is called before its turn.
#include "core/condition_waiting.hpp"

#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/waiting.hpp"
#include "records.hpp"

namespace {

using namespace signalbox::detail;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::uint64_t all = UINT64_MAX;

struct threads_that_were_notified_together : testing::Test {
    condition_cell condition{};
    owner_cell mutex;
    thread_context me;
    std::array<waiter, 4> who{
        waiter{&condition, cell_kind::condition, 11}, waiter{&condition, cell_kind::condition, 12},
        waiter{&condition, cell_kind::condition, 13}, waiter{&condition, cell_kind::condition, 14}};

    threads_that_were_notified_together()
    {
        policy.early_calls = 2;
        condition.mutex.store(&mutex, relaxed);
        for (waiter& each : who) {
            each.state.store(waiter::parked, relaxed);
            bucket_for(&condition).push(each);
        }
    }
    ~threads_that_were_notified_together() override
    {
        policy = waiting_policy{};
        for (waiter& each : who) {
            for (const waiter* at = bucket_for(each.cell).first(each.cell, each.kind); at != nullptr;
                 at = at->next) {
                if (at == &each) {
                    bucket_for(each.cell).remove(each);
                    break;
                }
            }
        }
    }

    void after_release()
    {
        wake_list wakes;
        signalbox::detail::after_release(mutex, bucket_for(&mutex), me, wakes);
    }
    /// Of which of them somebody has called, as one digit each.
    std::string called() const
    {
        std::string text;
        for (const waiter& each : who) {
            text += state_of(each) == waiter::called ? '1' : '0';
        }
        return text;
    }
    void all_park_again()
    {
        for (waiter& each : who) {
            each.state.store(waiter::parked, relaxed);
        }
    }
};

TEST_F(threads_that_were_notified_together, are_called_as_far_as_the_policy_says_if_the_mutex_is_free)
{
    notify(condition, all);
    EXPECT_EQ(called(), "1100");
    EXPECT_EQ(mutex.state.load(relaxed), owner_word::queued);
}

TEST_F(threads_that_were_notified_together, are_not_called_by_the_notify_while_the_mutex_is_owned)
{
    mutex.state.store(5, relaxed);
    notify(condition, all);
    EXPECT_EQ(called(), "0000");
    mutex.state.store(owner_word::queued, relaxed);
    after_release();
    EXPECT_EQ(called(), "1100") << "but by the unlock that follows";
}

TEST_F(threads_that_were_notified_together, are_called_before_their_turn_once)
{
    notify(condition, all);
    all_park_again();
    after_release();
    EXPECT_EQ(called(), "1000") << "it is the first one's turn";
    all_park_again();
    bucket_for(&mutex).remove(who[0]);
    after_release();
    EXPECT_EQ(called(), "0110") << "the first one's turn, and for the third it is the first time";
}

TEST_F(threads_that_were_notified_together, are_called_early_beside_one_that_is_served)
{
    mutex.state.store(5, relaxed);
    notify(condition, all);
    who[0].is_reserving = true;
    mutex.state.store(owner_word::queued | owner_word::reserved, relaxed);
    after_release();
    EXPECT_TRUE(who[0].is_granted());
    EXPECT_EQ(called(), "0110");
}

TEST_F(threads_that_were_notified_together, are_told_from_one_that_was_notified_alone)
{
    notify(condition, 1);
    notify(condition, 1);
    EXPECT_EQ(called(), "1000");
    after_release();
    EXPECT_EQ(called(), "1000");
}

}  // namespace
