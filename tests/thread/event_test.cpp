// Events between threads keep the contract of all scopes; who may destroy one, and what resets itself.
#include <deque>
#include <memory>
#include <type_traits>

#include <signalbox/event.hpp>

#include "../contract/event_contract.hpp"

namespace signalbox::contract {

template <class Event>
struct thread_event {
    static constexpr const char* name = std::is_same_v<Event, signalbox::event> ? "thread" : "auto_reset";
    static std::unique_ptr<Event> make(bool is_set) { return std::make_unique<Event>(is_set); }
};

using events = ::testing::Types<thread_event<event>, thread_event<auto_reset_event>>;
using manual_events = ::testing::Types<thread_event<event>>;

INSTANTIATE_TYPED_TEST_SUITE_P(thread, event_contract, events, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, manual_event_contract, manual_events, scope_name);

namespace {

constinit event made_unset;
constinit event made_set{true};
constinit auto_reset_event resets_itself{true};

TEST(event, can_be_initialised_before_any_code_runs)
{
    EXPECT_FALSE(made_unset.is_set());
    EXPECT_TRUE(made_set.is_set());
    EXPECT_TRUE(resets_itself.is_set());
}

TEST(event, may_be_destroyed_by_whom_it_lets_through)
{
    for (int round = 0; round < 2'000; ++round) {
        auto happened = std::make_unique<event>();
        event* const address = happened.get();
        auto waiter = start([&] {
            happened->wait();
            happened.reset();
        });
        address->set();
        ASSERT_TRUE(waiter.get());
    }
}

TEST(event, may_be_destroyed_by_who_sets_it_once_all_who_wait_stand_in_the_queue)
{
    for (int round = 0; round < 200; ++round) {
        auto happened = std::make_unique<event>();
        auto waiter = start([&, address = happened.get()] { address->wait(); });
        ASSERT_TRUE(eventually([&] { return happened->waiters() == 1; }));
        happened->set();
        happened.reset();
        ASSERT_TRUE(waiter.get());
    }
}

TEST(auto_reset_event, lets_one_through_for_each_set)
{
    auto_reset_event happened;
    std::deque<task<bool>> crowd;
    for (int i = 0; i < 4; ++i) {
        crowd.emplace_back([&] {
            happened.wait();
            return true;
        });
    }
    ASSERT_TRUE(eventually([&] { return happened.waiters() == 4; }));
    for (std::ptrdiff_t left = 3; left >= 0; --left) {
        happened.set();
        ASSERT_TRUE(eventually([&] { return happened.waiters() == left; }));
        ASSERT_TRUE(eventually([&] { return !happened.is_set(); }));
    }
    crowd.clear();
}

TEST(auto_reset_event, hands_to_and_fro)
{
    auto_reset_event ping;
    auto_reset_event pong;
    int turns = 0;
    auto other = start([&] {
        for (int i = 0; i < 5'000; ++i) {
            ping.wait();
            ++turns;
            pong.set();
        }
    });
    for (int i = 0; i < 5'000; ++i) {
        ping.set();
        pong.wait();
        ASSERT_EQ(turns, i + 1);
    }
    EXPECT_TRUE(other.get());
}

}  // namespace
}  // namespace signalbox::contract
