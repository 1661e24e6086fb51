// What a semaphore of any scope promises of any mixture of calls: permits are kept, every waiter finishes.
//
// Instantiated like tests/contract/semaphore_contract.hpp, for semaphores of more than one permit. Each test
// lasts SIGNALBOX_SOAK_SECONDS (1 unless set).
#pragma once

#include <cstddef>
#include <deque>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "cancellable.hpp"
#include "harness.hpp"

namespace signalbox::contract {

/// Counts who is inside; more than the capacity at once is a violation.
class turnstile {
public:
    explicit turnstile(std::ptrdiff_t capacity) : capacity_{capacity} {}

    void passes(std::ptrdiff_t n, std::uint32_t steps)
    {
        if (inside_.fetch_add(n) + n > capacity_) {
            violations_.fetch_add(1);
        }
        dawdle(steps);
        inside_.fetch_sub(n);
        passed_.fetch_add(1);
    }

    [[nodiscard]] int violations() const { return violations_.load(); }

    [[nodiscard]] std::int64_t passed() const { return passed_.load(); }

private:
    std::ptrdiff_t capacity_;
    std::atomic<std::ptrdiff_t> inside_{0};
    std::atomic<int> violations_{0};
    std::atomic<std::int64_t> passed_{0};
};

template <class Scope>
class semaphore_stress_contract : public ::testing::Test {
protected:
    static constexpr std::size_t threads = 6;

    /// Acquires n permits in one way of eight.
    template <class Semaphore>
    static bool acquires(Semaphore& semaphore, std::ptrdiff_t n, dice& chance,
                         const platform::stop_token& stop)
    {
        const std::chrono::nanoseconds span{chance.below(200'000)};
        switch (chance.below(8)) {
        case 0: return semaphore.try_acquire(n);
        case 1: return semaphore.try_acquire_for(span, n);
        case 2: return semaphore.try_acquire_until(clock::now() + span, n);
        case 3: return is_acquired(semaphore.acquire(n, stop));
        case 4: return is_acquired(semaphore.acquire(n, {span, stop}));
        case 5: return is_acquired(semaphore.acquire(n, 1us));
        default: semaphore.acquire(n); return true;
        }
    }

    template <class Semaphore>
    static void mix(Semaphore& semaphore, std::uint32_t n_max)
    {
        turnstile inside{semaphore.capacity()};
        cancellable<threads> stops;
        std::atomic<bool> is_over{false};
        std::deque<task<bool>> crowd;
        for (std::size_t i = 0; i < threads; ++i) {
            crowd.emplace_back([&, i] {
                dice chance{static_cast<std::uint32_t>(i) + 1};
                while (!is_over.load()) {
                    const auto n = static_cast<std::ptrdiff_t>(chance.below(n_max)) + 1;
                    if (acquires(semaphore, n, chance, stops.renew(i))) {
                        inside.passes(n, chance.below(2'000));
                        semaphore.release(n);
                    }
                    dawdle(chance.below(2'000));
                }
                return true;
            });
        }
        stops.cancel_at_random_for(soak_time());
        is_over.store(true);
        crowd.clear();  // every waiter finishes
        EXPECT_EQ(inside.violations(), 0);
        EXPECT_GT(inside.passed(), 0);
        EXPECT_EQ(semaphore.available(), semaphore.capacity());
        EXPECT_EQ(semaphore.waiters(), 0);
    }
};

TYPED_TEST_SUITE_P(semaphore_stress_contract);

TYPED_TEST_P(semaphore_stress_contract, one_permit_is_conserved)
{
    const auto semaphore = TypeParam::make(1, 1);
    this->mix(*semaphore, 1);
}

TYPED_TEST_P(semaphore_stress_contract, many_permits_of_any_number_are_conserved)
{
    const auto semaphore = TypeParam::make(5, 5);
    this->mix(*semaphore, 5);
}

TYPED_TEST_P(semaphore_stress_contract, what_is_released_by_some_is_acquired_by_others)
{
    constexpr std::ptrdiff_t capacity = 1'000'000'000;
    const auto semaphore = TypeParam::make(0, capacity);
    std::atomic<std::int64_t> released{0};
    std::atomic<std::int64_t> taken{0};
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> takers;
    for (std::uint32_t i = 1; i <= 4; ++i) {
        takers.emplace_back([&, i] {
            dice chance{i};
            while (!is_over.load() || taken.load() < released.load()) {
                const auto n = static_cast<std::ptrdiff_t>(chance.below(3)) + 1;
                const bool is_taken = chance.below(2) == 0 ? semaphore->try_acquire_for(20us, n)
                                                           : is_acquired(semaphore->acquire(n, 1us));
                taken.fetch_add(is_taken ? n : semaphore->try_acquire() ? 1 : 0);
            }
            return true;
        });
    }
    dice chance{7};
    for (const auto end = clock::now() + soak_time(); clock::now() < end;) {
        const auto n = static_cast<std::ptrdiff_t>(chance.below(4)) + 1;
        released.fetch_add(n);
        semaphore->release(n);
        dawdle(chance.below(20'000));
    }
    is_over.store(true);
    takers.clear();
    EXPECT_EQ(taken.load(), released.load());
    EXPECT_EQ(semaphore->available(), 0);
    EXPECT_EQ(semaphore->waiters(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(semaphore_stress_contract, one_permit_is_conserved,
                            many_permits_of_any_number_are_conserved,
                            what_is_released_by_some_is_acquired_by_others);

}  // namespace signalbox::contract
