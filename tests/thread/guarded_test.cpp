// guarded: a value that is reached through its lock alone.
#include <signalbox/guarded.hpp>

#include <memory>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

static_assert(!std::is_copy_constructible_v<guarded<int>>);
static_assert(!std::is_move_constructible_v<guarded<int>>);
static_assert(!std::is_copy_constructible_v<guarded<int>::handle>);
static_assert(std::is_nothrow_move_constructible_v<guarded<int>::handle>);
static_assert(std::is_default_constructible_v<guarded<std::vector<int>>>);
static_assert(!std::is_convertible_v<int, guarded<int>>, "a guarded value is made, not converted to");

/// Says whether another thread can lock it at this moment.
template <class Guarded>
bool is_free(Guarded& subject)
{
    return start([&] { return bool{subject.try_lock()}; }).get();
}

TEST(guarded, hands_its_value_to_who_locks_it_and_to_nobody_else_meanwhile)
{
    guarded<std::string> subject{"text"};
    {
        const auto held = subject.lock();
        EXPECT_EQ(*held, "text");
        EXPECT_EQ(held->size(), 4U);
        *held += "s";
        EXPECT_FALSE(is_free(subject));
        EXPECT_EQ(subject.mutex().owner(), this_thread_id());
    }
    EXPECT_TRUE(is_free(subject));
    EXPECT_EQ(*subject.lock(), "texts");
}

TEST(guarded, forwards_its_arguments_to_the_value)
{
    guarded<std::vector<int>> several{3U, 7};
    EXPECT_EQ(*several.lock(), (std::vector<int>{7, 7, 7}));
    guarded<std::unique_ptr<int>> moved{std::make_unique<int>(5)};
    EXPECT_EQ(**moved.lock(), 5);
}

TEST(guarded, try_lock_gives_an_empty_handle_when_somebody_holds_it)
{
    guarded<int> subject{1};
    const auto held = subject.lock();
    EXPECT_TRUE(start([&] {
                    const auto refused = subject.try_lock();
                    return !refused && refused.outcome() == outcome::timed_out;
                }).get());
}

TEST(guarded, a_limit_ends_the_wait_and_the_handle_says_how)
{
    guarded<int> subject{1};
    auto held = subject.lock();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(start([&] {
                    const auto late = subject.lock(1ms);
                    const auto stopped = subject.lock(stop.get_token());
                    return !late && late.outcome() == outcome::timed_out && !stopped &&
                           stopped.outcome() == outcome::stopped;
                }).get());
    held.unlock();
    EXPECT_FALSE(held);
    const auto again = subject.lock(10s);
    EXPECT_TRUE(again);
    EXPECT_EQ(again.outcome(), outcome::acquired);
}

TEST(guarded, a_handle_that_moves_takes_the_lock_along)
{
    guarded<int> one{1};
    guarded<int> two{2};
    auto first = one.lock();
    auto taken = std::move(first);
    EXPECT_FALSE(first);  // NOLINT: what a moved handle says is promised
    EXPECT_EQ(*taken, 1);
    EXPECT_FALSE(is_free(one));
    taken = two.lock();
    EXPECT_EQ(*taken, 2);
    EXPECT_TRUE(is_free(one)) << "what it held before is unlocked";
    EXPECT_FALSE(is_free(two));
}

TEST(guarded, with_calls_under_the_lock_and_returns_a_copy)
{
    guarded<int> subject{20};
    EXPECT_EQ(subject.with([&](int& value) {
        EXPECT_FALSE(is_free(subject));
        return value += 1;
    }),
              21);
    EXPECT_THROW(subject.with([](int&) { throw std::runtime_error{"no"}; }), std::runtime_error);
    EXPECT_TRUE(is_free(subject));
    static_assert(std::is_same_v<decltype(subject.with([](int& value) -> int& { return value; })), int>);
}

TEST(guarded, no_addition_is_lost)
{
    guarded<int> sum{0};
    const auto add = [&] {
        for (int i = 0; i < 20'000; ++i) {
            ++*sum.lock();
            sum.with([](int& value) { ++value; });
        }
    };
    auto one = start(add);
    auto two = start(add);
    add();
    EXPECT_TRUE(one.get() && two.get());
    EXPECT_EQ(*sum.lock(), 120'000);
}

TEST(guarded, readers_of_a_shared_mutex_share_and_keep_writers_out)
{
    guarded<int, std::shared_mutex> subject{7};
    {
        const auto reader = subject.lock_shared();
        static_assert(std::is_same_v<decltype(*reader), const int&>);
        EXPECT_EQ(*reader, 7);
        EXPECT_TRUE(start([&] { return bool{subject.try_lock_shared()}; }).get());
        EXPECT_FALSE(is_free(subject));
        EXPECT_EQ(start([&] { return subject.with_shared([](const int& value) { return value; }); }).get(),
                  7);
    }
    const auto writer = subject.try_lock();
    EXPECT_TRUE(writer);
    EXPECT_FALSE(start([&] { return bool{subject.try_lock_shared()}; }).get());
}

}  // namespace
}  // namespace signalbox::contract
