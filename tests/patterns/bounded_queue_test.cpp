// The bounded queue in both of its forms keeps the contract.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <new>
#include <vector>

#include <signalbox/patterns/bounded_queue.hpp>

#include "../contract/queue_contract.hpp"
#include "../contract/queue_throwing_contract.hpp"

namespace signalbox::contract {

struct many_to_many_queues {
    static constexpr const char* name = "many_to_many";
    template <class T>
    using queue = bounded_queue<T>;
};

struct one_to_one_queues {
    static constexpr const char* name = "one_to_one";
    template <class T>
    using queue = bounded_queue<T, one_to_one>;
};

using all_queues = ::testing::Types<many_to_many_queues, one_to_one_queues>;
INSTANTIATE_TYPED_TEST_SUITE_P(patterns, queue_contract, all_queues, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(patterns, queue_throwing_contract, all_queues, scope_name);

TEST(bounded_queue, every_one_of_several_waiters_gets_an_item)
{
    bounded_queue<int> queue{2};
    std::deque<task<int>> poppers;
    for (int i = 0; i < 4; ++i) {
        poppers.emplace_back([&] { return *queue.pop(); });
    }
    for (auto& each : poppers) {
        EXPECT_TRUE(each.falls_asleep());
    }
    for (int i = 1; i <= 4; ++i) {
        EXPECT_TRUE(queue.push(i));
    }
    int sum = 0;
    for (auto& each : poppers) {
        sum += each.get();
    }
    EXPECT_EQ(sum, 10);
}

TEST(bounded_queue, close_wakes_every_waiter)
{
    bounded_queue<int> queue{1};
    std::deque<task<bool>> poppers;
    for (int i = 0; i < 4; ++i) {
        poppers.emplace_back([&] { return queue.pop().has_value(); });
    }
    for (auto& each : poppers) {
        EXPECT_TRUE(each.falls_asleep());
    }
    queue.close();
    for (auto& each : poppers) {
        EXPECT_FALSE(each.get());
    }
}

/// Counts where it is moved to a place that is not aligned for it.
struct alignas(128) wide {
    inline static int misplaced = 0;

    wide() = default;
    wide(wide&&) noexcept { misplaced += reinterpret_cast<std::uintptr_t>(this) % 128 != 0; }
    wide& operator=(wide&&) noexcept { return *this; }
};

TEST(bounded_queue, slots_are_aligned_for_their_items)
{
    bounded_queue<wide> queue{3};
    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(queue.push(wide{}));
        EXPECT_TRUE(queue.pop());
    }
    EXPECT_EQ(wide::misplaced, 0);
}

#if !defined(SIGNALBOX_ALLOCATION_IS_GUARDED)
TEST(bounded_queue, tells_when_there_is_no_memory)
{
    const std::size_t petabytes = std::size_t{1} << 50;
    const auto refused = refusal(std::errc::not_enough_memory, [&] { bounded_queue<int>{petabytes}; });
    ASSERT_TRUE(refused);
    EXPECT_NE(refused->find("there is no memory for "), std::string::npos) << *refused;
}
#endif

}  // namespace signalbox::contract
