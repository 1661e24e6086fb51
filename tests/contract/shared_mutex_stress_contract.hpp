// What a shared mutex of any scope promises of any mixture of calls: writers are alone, every waiter
// finishes.
//
// Instantiated like tests/contract/mutex_contract.hpp. Each test lasts SIGNALBOX_SOAK_SECONDS (1 unless set).
#pragma once

#include <cstddef>
#include <deque>

#include "cancellable.hpp"
#include "sharing.hpp"

namespace signalbox::contract {

/// Two numbers that are equal whenever nobody writes. No atomics: the mutex guards them.
struct double_entry {
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::atomic<std::int64_t> written{0};
    std::atomic<int> violations{0};

    void look()
    {
        const auto seen = first;
        dawdle(200);
        violations += seen == second ? 0 : 1;
    }
    void write(dice& chance)
    {
        ++first;
        dawdle(chance.below(1'000));
        ++second;
        ++written;
    }
};

template <class Scope>
class shared_mutex_stress_contract : public ::testing::Test {
protected:
    /// Takes it in one way of five.
    template <class Mutex>
    static bool takes(Mutex& m, const mode_of<Mutex>& mode, dice& chance, const platform::stop_token& stop)
    {
        const std::chrono::nanoseconds span{chance.below(200'000)};
        switch (chance.below(5)) {
        case 0: return mode.try_take(m);
        case 1: return mode.take_for(m, span);
        case 2: return is_acquired(mode.take_within(m, stop));
        case 3: return is_acquired(mode.take_within(m, {span, stop}));
        default: mode.take(m); return true;
        }
    }

    template <class Mutex>
    static void use(Mutex& m, double_entry& book, dice& chance, const platform::stop_token& stop)
    {
        const auto way = chance.below(6);
        if (way > 2) {
            if (takes(m, reading<Mutex>, chance, stop)) {
                book.look();
                m.unlock_shared();
            }
        } else if (way == 2) {
            if (takes(m, upgrading<Mutex>, chance, stop)) {
                book.look();
                if (is_acquired(m.unlock_upgrade_and_lock({100us, stop}))) {
                    book.write(chance);
                    m.unlock_and_lock_upgrade();
                    book.look();
                }
                m.unlock_upgrade();
            }
        } else if (takes(m, writing<Mutex>, chance, stop)) {
            book.write(chance);
            if (way == 0) {
                m.unlock();
            } else {
                m.downgrade();
                book.look();
                m.unlock_shared();
            }
        }
    }
};

TYPED_TEST_SUITE_P(shared_mutex_stress_contract);

TYPED_TEST_P(shared_mutex_stress_contract, writers_are_alone_readers_see_whole_writes_and_all_finish)
{
    constexpr std::size_t threads = 6;
    const auto mutex = TypeParam::make();
    cancellable<threads> stops;
    double_entry book;
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> crowd;
    for (std::size_t i = 0; i < threads; ++i) {
        crowd.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i) + 1};
            while (!is_over.load()) {
                this->use(*mutex, book, chance, stops.renew(i));
                dawdle(chance.below(2'000));
            }
            return true;
        });
    }
    stops.cancel_at_random_for(soak_time());
    is_over.store(true);
    crowd.clear();
    EXPECT_EQ(book.violations.load(), 0);
    EXPECT_EQ(book.first, book.written.load()) << "a write was lost: two were inside";
    EXPECT_EQ(book.second, book.written.load());
    EXPECT_TRUE(mutex->try_lock());
    mutex->unlock();
}

TYPED_TEST_P(shared_mutex_stress_contract, neither_a_stream_of_readers_nor_one_of_writers_starves_the_others)
{
    using mutex_type = typename TypeParam::mutex;
    const auto mutex = TypeParam::make();
    const mode_of<mutex_type>* const modes[] = {&reading<mutex_type>, &writing<mutex_type>};
    for (const int stream : {0, 1}) {
        std::atomic<bool> is_over{false};
        std::deque<task<bool>> crowd;
        for (int i = 0; i < 3; ++i) {
            crowd.emplace_back([&] {
                while (!is_over.load()) {
                    modes[stream]->take(*mutex);
                    dawdle(2'000);
                    modes[stream]->give(*mutex);
                }
                return true;
            });
        }
        const auto end = clock::now() + soak_time() / 2;
        for (int round = 0; round < 20 || clock::now() < end; ++round) {
            auto waiter = start([&] {
                modes[1 - stream]->take(*mutex);
                modes[1 - stream]->give(*mutex);
            });
            ASSERT_TRUE(eventually([&] { return waiter.is_done(); }));
        }
        is_over.store(true);
    }
}

REGISTER_TYPED_TEST_SUITE_P(shared_mutex_stress_contract,
                            writers_are_alone_readers_see_whole_writes_and_all_finish,
                            neither_a_stream_of_readers_nor_one_of_writers_starves_the_others);

}  // namespace signalbox::contract
