// The latch does what std::latch does, and more: limits, errors, and destruction at once.
#include <deque>
#include <latch>
#include <memory>
#include <type_traits>

#include <signalbox/latch.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

template <class Latch>
class any_latch : public ::testing::Test {
};

using latches = ::testing::Types<std::latch, signalbox::latch>;
TYPED_TEST_SUITE(any_latch, latches);

TYPED_TEST(any_latch, has_the_members_of_the_standard)
{
    static_assert(std::is_constructible_v<TypeParam, std::ptrdiff_t>);
    static_assert(!std::is_convertible_v<std::ptrdiff_t, TypeParam>, "explicit");
    static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
    static_assert(noexcept(TypeParam::max()) && TypeParam::max() >= 1'000'000);
    static_assert(noexcept(std::declval<const TypeParam&>().try_wait()));
    static_assert(std::is_void_v<decltype(std::declval<TypeParam&>().count_down(2))>);
    static_assert(std::is_void_v<decltype(std::declval<const TypeParam&>().wait())>);
    static_assert(std::is_void_v<decltype(std::declval<TypeParam&>().arrive_and_wait(2))>);
    constinit static TypeParam global{0};
    EXPECT_TRUE(global.try_wait());
    global.wait();
}

TYPED_TEST(any_latch, opens_when_it_was_counted_down)
{
    TypeParam latch{5};
    latch.count_down();
    latch.count_down(3);
    latch.count_down(0);
    EXPECT_FALSE(latch.try_wait());
    latch.count_down();
    EXPECT_TRUE(latch.try_wait());
    latch.wait();
}

TYPED_TEST(any_latch, shows_each_party_what_all_did_before_they_arrived)
{
    constexpr int parties = 6;
    for (int round = 0; round < 300; ++round) {
        TypeParam latch{parties + 1};
        std::array<int, parties> done{};
        std::deque<task<int>> crowd;
        for (std::size_t i = 0; i < parties; ++i) {
            crowd.emplace_back([&, i] {
                done[i] = 1;
                latch.arrive_and_wait();
                int sum = 0;
                for (const int each : done) {
                    sum += each;
                }
                return sum;
            });
        }
        latch.arrive_and_wait();
        for (auto& each : crowd) {
            ASSERT_EQ(each.get(), parties);
        }
    }
}

TEST(latch, refuses_to_be_counted_past_zero_and_stays_as_it_was)
{
    signalbox::latch latch{2};
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { latch.count_down(3); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { latch.count_down(-1); }));
    EXPECT_FALSE(latch.try_wait());
    latch.count_down(2);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { latch.count_down(); }));
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { latch.count_down(2); }));
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { latch.arrive_and_wait(); }));
    EXPECT_TRUE(latch.try_wait());
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { signalbox::latch{-1}; }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { signalbox::latch{signalbox::latch::max() + 1}; }));
    signalbox::latch largest{signalbox::latch::max()};
    largest.count_down(signalbox::latch::max() - 1);
    EXPECT_FALSE(largest.try_wait());
    largest.count_down();
    EXPECT_TRUE(largest.try_wait());
}

TEST(latch, a_limit_ends_the_wait)
{
    signalbox::latch latch{2};
    platform::stop_source source;
    EXPECT_EQ(latch.wait(1ms), outcome::timed_out);
    EXPECT_EQ(latch.arrive_and_wait(1, 1ms), outcome::timed_out);
    auto waiter = start([&] { return latch.wait(source.get_token()); });
    auto other = start([&] { return latch.wait(24h); });
    ASSERT_TRUE(eventually([&] { return latch.waiters() == 2; }));
    source.request_stop();
    EXPECT_EQ(waiter.get(), outcome::stopped);
    EXPECT_EQ(latch.waiters(), 1);
    latch.count_down();
    EXPECT_EQ(other.get(), outcome::acquired);
    EXPECT_EQ(latch.wait(source.get_token()), outcome::stopped) << "stopped before, though it is open";
    EXPECT_EQ(latch.wait(-1h), outcome::acquired);
}

TEST(latch, wakes_64_waiters)
{
    signalbox::latch latch{1};
    std::deque<task<bool>> crowd;
    for (int i = 0; i < 64; ++i) {
        crowd.emplace_back([&] {
            latch.wait();
            return true;
        });
    }
    ASSERT_TRUE(eventually([&] { return latch.waiters() == 64; }));
    latch.count_down();
    crowd.clear();
    EXPECT_EQ(latch.waiters(), 0);
}

TEST(latch, may_be_destroyed_as_soon_as_the_wait_has_returned)
{
    for (int round = 0; round < 2'000; ++round) {
        auto latch = std::make_unique<signalbox::latch>(1);
        auto counter = start([address = latch.get()] { address->count_down(); });
        latch->wait();
        latch.reset();
        ASSERT_TRUE(counter.get());
    }
}

}  // namespace
}  // namespace signalbox::contract
