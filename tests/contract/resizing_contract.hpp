// What a semaphore of any scope promises of resize(): growth is given out at once, a debt is paid back first.
//
// Instantiated like tests/contract/semaphore_contract.hpp, for semaphores of more than one permit.
#pragma once

#include <cstddef>
#include <deque>
#include <limits>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "waiting_line.hpp"

namespace signalbox::contract {

template <class Scope>
class resizing_contract : public ::testing::Test {
protected:
    /// Says whether more than `capacity` are inside while nobody changes it.
    class watched_capacity {
    public:
        template <class Semaphore>
        void change(Semaphore& semaphore, std::ptrdiff_t capacity)
        {
            version_.fetch_add(1);
            semaphore.resize(capacity);
            require([&] { return semaphore.available() >= 0; });  // the debt is paid
            capacity_.store(capacity);
            version_.fetch_add(1);
        }

        void passes(std::ptrdiff_t n, std::uint32_t steps)
        {
            const unsigned before = version_.load();
            const std::ptrdiff_t inside = inside_.fetch_add(n) + n;
            const std::ptrdiff_t most = capacity_.load();
            if (inside > most && before % 2 == 0 && version_.load() == before) {
                violations.fetch_add(1);
            }
            dawdle(steps);
            inside_.fetch_sub(n);
            passed.fetch_add(1);
        }

        std::atomic<int> violations{0};
        std::atomic<int> passed{0};

    private:
        std::atomic<unsigned> version_{0};  // odd: it is being changed
        std::atomic<std::ptrdiff_t> capacity_{0};
        std::atomic<std::ptrdiff_t> inside_{0};
    };
};

TYPED_TEST_SUITE_P(resizing_contract);

TYPED_TEST_P(resizing_contract, growing_makes_permits_available)
{
    const auto semaphore = TypeParam::make(1, 2);
    semaphore->resize(5);
    EXPECT_EQ(semaphore->capacity(), 5);
    EXPECT_EQ(semaphore->available(), 4);
    EXPECT_TRUE(semaphore->try_acquire(4));
    EXPECT_FALSE(semaphore->try_acquire());
    semaphore->release(5);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(); }));
    EXPECT_EQ(semaphore->available(), 5);
}

TYPED_TEST_P(resizing_contract, growing_serves_those_who_wait_at_once)
{
    const auto semaphore = TypeParam::make(0, 3);
    waiting_line line{*semaphore};
    for (const std::ptrdiff_t n : {1, 2, 3}) {
        ASSERT_TRUE(line.joins(n));
    }
    semaphore->resize(5);
    EXPECT_TRUE(line.are_done(1));
    EXPECT_EQ(semaphore->waiters(), 2);
    semaphore->resize(6);
    EXPECT_TRUE(line.are_done(2));
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->resize(9);
    EXPECT_TRUE(line.are_done(3));
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->waiters(), 0);
}

TYPED_TEST_P(resizing_contract, a_debt_is_paid_back_before_anybody_is_let_in)
{
    const auto semaphore = TypeParam::make(4, 4);
    waiting_line line{*semaphore};
    semaphore->acquire(4);
    semaphore->resize(2);
    EXPECT_EQ(semaphore->available(), -2);
    EXPECT_EQ(semaphore->capacity(), 2);
    ASSERT_TRUE(line.joins(1));
    semaphore->release();
    semaphore->release();
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_FALSE(semaphore->try_acquire());
    EXPECT_EQ(semaphore->waiters(), 1);
    EXPECT_EQ(line.finished(), 0);
    semaphore->release();
    EXPECT_EQ(line.outcome_of(0), outcome::acquired);
    semaphore->release(2);
    EXPECT_EQ(semaphore->available(), 2);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(); }));
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(2); }));
    EXPECT_EQ(semaphore->available(), 2);
}

TYPED_TEST_P(resizing_contract, a_waiter_that_can_never_be_served_any_more_is_refused)
{
    const auto semaphore = TypeParam::make(0, 5);
    waiting_line line{*semaphore};
    ASSERT_TRUE(line.joins(3));
    ASSERT_TRUE(line.joins(2));
    ASSERT_TRUE(line.joins(4, 24h));
    semaphore->resize(2);
    const auto text = refusal(std::errc::invalid_argument, [&] { static_cast<void>(line.outcome_of(0)); });
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("acquire(3)"), std::string::npos) << *text;
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { static_cast<void>(line.outcome_of(2)); }));
    EXPECT_EQ(semaphore->waiters(), 1);
    EXPECT_EQ(semaphore->available(), -3);
    semaphore->release(5);
    EXPECT_EQ(line.outcome_of(1), outcome::acquired);
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(resizing_contract, those_behind_a_refused_waiter_are_served_if_there_is_enough_for_them)
{
    const auto semaphore = TypeParam::make(0, 3);
    waiting_line line{*semaphore};
    ASSERT_TRUE(line.joins(3));
    ASSERT_TRUE(line.joins(1));
    semaphore->release(2);
    EXPECT_EQ(line.finished(), 0) << "nobody passes a large request";
    semaphore->resize(2);
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { static_cast<void>(line.outcome_of(0)); }));
    EXPECT_EQ(line.outcome_of(1), outcome::acquired);
    EXPECT_EQ(semaphore->available(), 0);
}

TYPED_TEST_P(resizing_contract, an_impossible_capacity_is_refused_and_changes_nothing)
{
    const auto semaphore = TypeParam::make(1, 3);
    for (const auto capacity :
         {std::ptrdiff_t{-1}, TypeParam::semaphore::max() + 1, std::numeric_limits<std::ptrdiff_t>::max(),
          std::numeric_limits<std::ptrdiff_t>::min()}) {
        const auto text = refusal(std::errc::invalid_argument, [&] { semaphore->resize(capacity); });
        ASSERT_TRUE(text) << capacity;
        EXPECT_NE(text->find("resize(" + std::to_string(capacity) + ")"), std::string::npos) << *text;
    }
    EXPECT_EQ(semaphore->capacity(), 3);
    EXPECT_EQ(semaphore->available(), 1);
    semaphore->resize(TypeParam::semaphore::max());
    EXPECT_EQ(semaphore->available(), TypeParam::semaphore::max() - 2);
}

TYPED_TEST_P(resizing_contract, a_capacity_of_none_refuses_everybody_until_it_grows)
{
    const auto semaphore = TypeParam::make(1, 1);
    semaphore->acquire();
    auto waiter = start([&] { return semaphore->acquire(1, {}); });
    ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 1; }));
    semaphore->resize(0);
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { static_cast<void>(waiter.get()); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { semaphore->acquire(); }));
    EXPECT_FALSE(semaphore->try_acquire());
    semaphore->release();
    EXPECT_EQ(semaphore->available(), 0);
    semaphore->resize(1);
    EXPECT_TRUE(semaphore->try_acquire());
}

TYPED_TEST_P(resizing_contract, a_closed_semaphore_stays_closed_when_it_grows)
{
    const auto semaphore = TypeParam::make(0, 1);
    semaphore->close();
    semaphore->resize(3);
    EXPECT_EQ(semaphore->available(), 2);
    EXPECT_FALSE(semaphore->try_acquire());
    EXPECT_EQ(semaphore->acquire(1, {}), outcome::closed);
    EXPECT_EQ(semaphore->acquire(9, {}), outcome::closed) << "whatever the size";
}

TYPED_TEST_P(resizing_contract, the_capacity_holds_whenever_nobody_changes_it)
{
    const auto semaphore = TypeParam::make(0, 0);
    typename TestFixture::watched_capacity inside;
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> crowd;
    for (std::uint32_t i = 1; i <= 5; ++i) {
        crowd.emplace_back([&, i] {
            dice chance{i};
            while (!is_over.load()) {
                const auto n = static_cast<std::ptrdiff_t>(chance.below(3)) + 1;
                bool is_taken = false;
                try {
                    is_taken = chance.below(3) == 0 ? semaphore->try_acquire(n)
                                                    : is_acquired(semaphore->acquire(n, 100us));
                } catch (const std::system_error&) {  // larger than the capacity of the moment
                }
                if (is_taken) {
                    inside.passes(n, chance.below(1'000));
                    semaphore->release(n);
                }
            }
            return true;
        });
    }
    dice chance{77};
    for (const auto end = clock::now() + soak_time(); clock::now() < end;) {
        inside.change(*semaphore, static_cast<std::ptrdiff_t>(chance.below(6)));
        dawdle(chance.below(50'000));
    }
    is_over.store(true);
    crowd.clear();
    EXPECT_EQ(inside.violations.load(), 0);
    EXPECT_GT(inside.passed.load(), 0);
    EXPECT_EQ(semaphore->available(), semaphore->capacity());
    EXPECT_EQ(semaphore->waiters(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(resizing_contract, growing_makes_permits_available,
                            growing_serves_those_who_wait_at_once,
                            a_debt_is_paid_back_before_anybody_is_let_in,
                            a_waiter_that_can_never_be_served_any_more_is_refused,
                            those_behind_a_refused_waiter_are_served_if_there_is_enough_for_them,
                            an_impossible_capacity_is_refused_and_changes_nothing,
                            a_capacity_of_none_refuses_everybody_until_it_grows,
                            a_closed_semaphore_stays_closed_when_it_grows,
                            the_capacity_holds_whenever_nobody_changes_it);

}  // namespace signalbox::contract
