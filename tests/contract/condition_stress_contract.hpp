// What a condition variable of any scope promises of any mixture of calls: producers and consumers over a
// small buffer, in which every item arrives once and in the order of its producer.
//
// Instantiated like tests/contract/condition_contract.hpp. It lasts SIGNALBOX_SOAK_SECONDS (1 unless set).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "cancellable.hpp"
#include "harness.hpp"
#include "waiting_room.hpp"

namespace signalbox::contract {

/// A buffer for three items. Waits are made in one way of seven; one that ends without what it waits for is
/// begun again by the caller.
template <class Scope>
class small_buffer {
public:
    using item = std::pair<std::size_t, std::uint32_t>;  // producer, number

    bool puts(item what, dice& chance, const platform::stop_token& stop)
    {
        lock_type lock{mutex_};
        if (!waits(not_full_, lock, chance, stop, [this] { return items_.size() < 3 || is_closed_; })) {
            return false;
        }
        items_.push_back(what);
        not_empty_.notify_one();
        return true;
    }

    std::optional<item> takes(dice& chance, const platform::stop_token& stop)
    {
        lock_type lock{mutex_};
        if (!waits(not_empty_, lock, chance, stop, [this] { return !items_.empty() || is_drained_; }) ||
            items_.empty()) {
            return std::nullopt;
        }
        const item found = items_.front();
        items_.pop_front();
        lock.unlock();
        not_full_.notify_one();
        return found;
    }

    /// From here on puts() does not wait.
    void close()
    {
        const std::lock_guard lock{mutex_};
        is_closed_ = true;
        not_full_.notify_all();
    }

    /// From here on takes() does not wait.
    void drain()
    {
        const std::lock_guard lock{mutex_};
        is_drained_ = true;
        not_empty_.notify_all();
    }

private:
    using lock_type = std::unique_lock<typename Scope::mutex>;

    template <class Predicate>
    static bool waits(typename Scope::condition& at, lock_type& lock, dice& chance,
                      const platform::stop_token& stop, Predicate is_so)
    {
        const std::chrono::nanoseconds span{chance.below(100'000)};
        switch (chance.below(7)) {
        case 0: return at.wait_for(lock, span, is_so);
        case 1: return at.wait_until(lock, clock::now() + span, is_so);
        case 2: return at.wait(lock, stop, is_so);
        case 3: return is_acquired(at.wait(lock, {span, stop}, is_so));
        case 4: return is_so() || (at.wait_for(lock, 5ms) == std::cv_status::no_timeout && is_so());
        case 5: return at.wait_for(lock, stop, 5ms, is_so);
        default: return is_acquired(at.wait(lock, 5ms, is_so));
        }
    }

    typename Scope::mutex mutex_;
    typename Scope::condition not_full_;
    typename Scope::condition not_empty_;
    std::deque<item> items_;
    bool is_closed_ = false;
    bool is_drained_ = false;
};

/// What each consumer got of each producer: every number is greater than the one before.
template <std::size_t Sides>
class order_checker {
public:
    void add(std::size_t consumer, std::size_t producer, std::uint32_t number)
    {
        std::uint32_t& last = last_[consumer][producer];
        violations_ += number > last ? 0 : 1;
        last = number;
        ++count_;
    }
    [[nodiscard]] std::uint64_t count() const { return count_.load(); }
    [[nodiscard]] int violations() const { return violations_.load(); }

private:
    std::array<std::array<std::uint32_t, Sides>, Sides> last_{};  // each row its consumer's own
    std::atomic<std::uint64_t> count_{0};
    std::atomic<int> violations_{0};
};

template <class Scope>
class condition_stress_contract : public ::testing::Test {
};

TYPED_TEST_SUITE_P(condition_stress_contract);

TYPED_TEST_P(condition_stress_contract, every_item_arrives_once_and_in_order)
{
    constexpr std::size_t sides = 3;
    small_buffer<TypeParam> buffer;
    cancellable<2 * sides> stops;
    std::array<std::uint32_t, sides> sent{};  // by each producer
    order_checker<sides> arrived;
    std::atomic<bool> is_over{false};
    std::atomic<bool> is_drained{false};
    std::deque<task<bool>> producers;
    std::deque<task<bool>> consumers;
    for (std::size_t i = 0; i < sides; ++i) {
        producers.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i) + 1};
            while (!is_over.load()) {
                sent[i] += buffer.puts({i, sent[i] + 1}, chance, stops.renew(i)) ? 1U : 0U;
                dawdle(chance.below(2'000));
            }
            return true;
        });
        consumers.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i) + 11};
            while (!is_drained.load()) {
                if (const auto item = buffer.takes(chance, stops.renew(sides + i))) {
                    arrived.add(i, item->first, item->second);
                }
            }
            return true;
        });
    }
    stops.cancel_at_random_for(soak_time());
    is_over.store(true);
    buffer.close();
    producers.clear();
    const std::uint64_t all = std::uint64_t{0} + sent[0] + sent[1] + sent[2];
    EXPECT_TRUE(eventually([&] { return arrived.count() == all; })) << arrived.count() << " of " << all;
    is_drained.store(true);
    buffer.drain();
    consumers.clear();
    EXPECT_EQ(arrived.count(), all);
    EXPECT_EQ(arrived.violations(), 0);
}

TYPED_TEST_P(condition_stress_contract, turns_go_round_however_many_wait_for_them)
{
    constexpr int threads = 12;
    waiting_room<TypeParam> room;
    std::int64_t turn = 0;  // guarded by the mutex
    bool is_over = false;
    std::deque<task<bool>> ring;
    for (int i = 0; i < threads; ++i) {
        ring.emplace_back([&, i] {
            std::unique_lock lock{room.mutex};
            while (!is_over) {
                room.condition.wait(lock, [&] { return is_over || turn % threads == i; });
                ++turn;
                room.condition.notify_all();
            }
            return true;
        });
    }
    const auto turns = [&] {
        const std::lock_guard lock{room.mutex};
        return turn;
    };
    const auto end = clock::now() + soak_time();
    for (std::int64_t before = 0; clock::now() < end || before < 100; before = turns()) {
        ASSERT_TRUE(eventually([&] { return turns() > before; })) << "everybody waits";
    }
    const std::lock_guard lock{room.mutex};
    is_over = true;
    room.condition.notify_all();
}

REGISTER_TYPED_TEST_SUITE_P(condition_stress_contract, every_item_arrives_once_and_in_order,
                            turns_go_round_however_many_wait_for_them);

}  // namespace signalbox::contract
