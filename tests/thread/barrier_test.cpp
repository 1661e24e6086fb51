// The barrier does what std::barrier does, and more: limits, errors, completions that throw.
#include <barrier>
#include <deque>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <signalbox/barrier.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

struct counting_completion {
    int* phases;
    void operator()() noexcept { ++*phases; }
};

struct of_the_standard {
    template <class Completion>
    using barrier = std::barrier<Completion>;
};
struct of_signalbox {
    template <class Completion>
    using barrier = signalbox::barrier<Completion>;
};

template <class Library>
class any_barrier : public ::testing::Test {
};

using libraries = ::testing::Types<of_the_standard, of_signalbox>;
TYPED_TEST_SUITE(any_barrier, libraries);

TYPED_TEST(any_barrier, has_the_members_of_the_standard)
{
    using barrier = typename TypeParam::template barrier<counting_completion>;
    using token = typename barrier::arrival_token;
    static_assert(std::is_constructible_v<barrier, std::ptrdiff_t, counting_completion>);
    static_assert(!std::is_convertible_v<std::ptrdiff_t, barrier>, "explicit");
    static_assert(!std::is_copy_constructible_v<barrier> && !std::is_copy_assignable_v<barrier>);
    static_assert(barrier::max() >= 1'000'000 && noexcept(barrier::max()));
    static_assert(std::is_same_v<decltype(std::declval<barrier&>().arrive(2)), token>);
    static_assert(std::is_nothrow_move_constructible_v<token> && std::is_nothrow_move_assignable_v<token>);
    static_assert(std::is_void_v<decltype(std::declval<const barrier&>().wait(std::declval<token>()))>);
    static_assert(std::is_void_v<decltype(std::declval<barrier&>().arrive_and_wait())>);
    static_assert(std::is_void_v<decltype(std::declval<barrier&>().arrive_and_drop())>);
}

TYPED_TEST(any_barrier, ends_a_phase_when_all_have_arrived)
{
    int phases = 0;
    typename TypeParam::template barrier<counting_completion> barrier{3, counting_completion{&phases}};
    auto first = barrier.arrive();
    EXPECT_EQ(phases, 0);
    auto second = barrier.arrive(2);
    EXPECT_EQ(phases, 1);
    barrier.wait(std::move(first));
    barrier.wait(std::move(second));
    static_cast<void>(barrier.arrive(2));
    barrier.arrive_and_drop();
    EXPECT_EQ(phases, 2);
    static_cast<void>(barrier.arrive());
    barrier.arrive_and_wait();
    EXPECT_EQ(phases, 3) << "two are expected now";
}

TYPED_TEST(any_barrier, keeps_a_crowd_in_step_while_some_drop_out)
{
    constexpr std::size_t parties = 6;
    constexpr int rounds = 300;
    int phases = 0;
    typename TypeParam::template barrier<counting_completion> barrier{parties, counting_completion{&phases}};
    std::vector<int> steps(parties);
    std::atomic<int> violations{0};
    std::deque<task<bool>> crowd;
    for (std::size_t i = 0; i < parties; ++i) {
        crowd.emplace_back([&, i] {
            const int last = i < 2 ? rounds / 3 * static_cast<int>(i + 1) : rounds;
            for (int round = 1; round <= last; ++round) {
                steps[i] = round;
                barrier.arrive_and_wait();
                violations += phases == 2 * round - 1 ? 0 : 1;
                for (std::size_t other = 2; other < parties; ++other) {
                    violations += steps[other] == round ? 0 : 1;
                }
                round < last ? barrier.arrive_and_wait() : barrier.arrive_and_drop();
            }
            return true;
        });
    }
    crowd.clear();
    EXPECT_EQ(violations.load(), 0);
    EXPECT_EQ(phases, 2 * rounds);
}

TEST(barrier, is_small_and_deduces_its_completion)
{
    constinit static barrier<> plain{1};
    plain.arrive_and_wait();
    static_assert(sizeof(plain) == 8);
    int phases = 0;
    barrier counted{1, [&phases]() noexcept { ++phases; }};
    counted.arrive_and_wait();
    EXPECT_EQ(phases, 1);
}

TEST(barrier, refuses_more_arrivals_than_are_missing_and_stays_as_it_was)
{
    barrier<> three{3};
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { static_cast<void>(three.arrive(4)); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { static_cast<void>(three.arrive(0)); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { static_cast<void>(three.arrive(-1)); }));
    const auto token = three.arrive(2);
    EXPECT_FALSE(three.try_wait(token));
    three.arrive_and_drop();
    EXPECT_TRUE(three.try_wait(token));
    three.arrive_and_drop();
    three.arrive_and_drop();
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { three.arrive_and_drop(); })) << "nobody is left";
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [] { barrier<>{-1}; }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [] { barrier<>{barrier<>::max() + 1}; }));
    barrier<> largest{barrier<>::max()};
    EXPECT_TRUE(largest.try_wait(largest.arrive(barrier<>::max())));
}

TEST(barrier, a_wait_that_a_limit_ends_has_arrived)
{
    barrier<> two{2};
    platform::stop_source source;
    const auto token = two.arrive();
    EXPECT_EQ(two.wait(token, 1ms), outcome::timed_out);
    auto stopped = start([&] { return two.wait(token, source.get_token()); });
    auto patient = start([&] { return two.wait(token, 24h); });
    ASSERT_TRUE(eventually([&] { return two.waiters() == 2; }));
    source.request_stop();
    EXPECT_EQ(stopped.get(), outcome::stopped);
    EXPECT_EQ(two.arrive_and_wait(-1h), outcome::acquired);
    EXPECT_EQ(patient.get(), outcome::acquired);
    EXPECT_EQ(two.arrive_and_wait(1ms), outcome::timed_out);
    two.arrive_and_wait();  // the other had arrived
}

TEST(barrier, a_completion_that_throws_ends_the_phase_and_reaches_who_arrived_last)
{
    int phases = 0;
    barrier two{2, [&phases] {
                    ++phases;
                    throw std::runtime_error{"odd"};
                }};
    auto waiter = start([&] { two.arrive_and_wait(); });
    ASSERT_TRUE(eventually([&] { return two.waiters() == 1; }));
    EXPECT_THROW(two.arrive_and_wait(), std::runtime_error);
    EXPECT_TRUE(waiter.get()) << "the phase has ended for the others";
    const auto token = two.arrive();
    EXPECT_THROW(two.arrive_and_drop(), std::runtime_error);
    EXPECT_TRUE(two.try_wait(token));
    EXPECT_THROW(static_cast<void>(two.arrive()), std::runtime_error) << "one has dropped out";
    EXPECT_EQ(phases, 3);
}

TEST(barrier, may_be_destroyed_by_whom_it_lets_through)
{
    for (int round = 0; round < 2'000; ++round) {
        auto two = std::make_unique<barrier<>>(2);
        auto other = start([address = two.get()] { static_cast<void>(address->arrive()); });
        two->arrive_and_wait();
        two.reset();
        ASSERT_TRUE(other.get());
    }
}

}  // namespace
}  // namespace signalbox::contract
