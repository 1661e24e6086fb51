// What a mutex of any scope promises of any mixture of calls: one owner at a time, and every waiter finishes.
//
// Instantiated like tests/contract/mutex_contract.hpp. Each test lasts SIGNALBOX_SOAK_SECONDS (1 unless set).
#pragma once

#include <cstddef>
#include <deque>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "cancellable.hpp"
#include "harness.hpp"

namespace signalbox::contract {

template <class Scope>
class mutex_stress_contract : public ::testing::Test {
protected:
    /// Locks it in one way of seven.
    template <class Mutex>
    static bool locks(Mutex& mutex, dice& chance, const platform::stop_token& stop)
    {
        const std::chrono::nanoseconds span{chance.below(200'000)};
        switch (chance.below(8)) {
        case 0: return mutex.try_lock();
        case 1: return mutex.try_lock_for(span);
        case 2: return mutex.try_lock_until(clock::now() + span);
        case 3: return is_acquired(mutex.lock(stop));
        case 4: return is_acquired(mutex.lock({span, stop}));
        case 5: return is_acquired(mutex.lock(1us));
        default: mutex.lock(); return true;
        }
    }
};

TYPED_TEST_SUITE_P(mutex_stress_contract);

TYPED_TEST_P(mutex_stress_contract, one_thread_at_a_time_is_inside_and_every_waiter_finishes)
{
    constexpr std::size_t threads = 6;
    const auto mutex = TypeParam::make();
    cancellable<threads> stops;
    std::int64_t inside = 0;  // no atomic: the mutex guards it
    std::atomic<std::int64_t> locked{0};
    std::atomic<int> violations{0};
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> crowd;
    for (std::size_t i = 0; i < threads; ++i) {
        crowd.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i) + 1};
            while (!is_over.load()) {
                if (this->locks(*mutex, chance, stops.renew(i))) {
                    const auto me = mutex->owner();
                    const std::int64_t before = inside;
                    dawdle(chance.below(2'000));
                    inside = before + 1;
                    violations += mutex->owner() == me ? 0 : 1;
                    ++locked;
                    mutex->unlock();
                }
                dawdle(chance.below(2'000));
            }
            return true;
        });
    }
    stops.cancel_at_random_for(soak_time());
    is_over.store(true);
    crowd.clear();
    EXPECT_EQ(violations.load(), 0);
    EXPECT_EQ(inside, locked.load()) << "an increment was lost: two were inside";
    EXPECT_EQ(mutex->owner(), decltype(mutex->owner())::none);
}

TYPED_TEST_P(mutex_stress_contract, a_waiter_gets_it_from_owners_that_hardly_ever_let_go)
{
    const auto mutex = TypeParam::make();
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> greedy;
    for (int i = 0; i < 2; ++i) {
        greedy.emplace_back([&] {
            while (!is_over.load()) {
                mutex->lock();
                dawdle(500);
                mutex->unlock();
            }
            return true;
        });
    }
    const auto end = clock::now() + soak_time();
    for (int round = 0; round < 20 || clock::now() < end; ++round) {
        auto waiter = start([&] {
            mutex->lock();
            mutex->unlock();
        });
        ASSERT_TRUE(eventually([&] { return waiter.is_done(); }));
    }
    is_over.store(true);
}

REGISTER_TYPED_TEST_SUITE_P(mutex_stress_contract, one_thread_at_a_time_is_inside_and_every_waiter_finishes,
                            a_waiter_gets_it_from_owners_that_hardly_ever_let_go);

}  // namespace signalbox::contract
