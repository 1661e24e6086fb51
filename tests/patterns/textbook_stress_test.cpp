// The textbook's patterns under load, with waits that end by time and by stop: nothing is lost, nothing
// mixed.
#include <algorithm>
#include <array>
#include <deque>
#include <numeric>
#include <vector>

#include <signalbox/patterns/acquire_all.hpp>
#include <signalbox/patterns/category_lock.hpp>
#include <signalbox/patterns/exchanger.hpp>
#include <signalbox/patterns/group_gate.hpp>
#include <signalbox/patterns/lightswitch.hpp>
#include <signalbox/patterns/turnstile.hpp>

#include "../contract/cancellable.hpp"
#include "textbook_scopes.hpp"

namespace signalbox::contract {
namespace {

constexpr std::size_t crowd_size = 6;

/// Threads that do something over and over with a limit each time, while stops are requested at random.
template <class Function>
void stress(Function act)
{
    cancellable<crowd_size> stops;
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> crowd;
    for (std::size_t i = 0; i < crowd_size; ++i) {
        crowd.emplace_back([&, i] {
            dice chance{static_cast<std::uint32_t>(i + 1)};
            while (!is_over.load()) {
                const auto stop = stops.renew(i);
                const auto kind = chance.below(3);
                act(i, chance, kind == 0 ? limit{500us} : kind == 1 ? limit{stop} : limit{1ms, stop});
            }
            return true;
        });
    }
    stops.cancel_at_random_for(soak_time() / 4);
    is_over.store(true);
    const auto give_up = clock::now() + patience();
    while (!std::all_of(crowd.begin(), crowd.end(), [](const auto& one) { return one.is_done(); })) {
        ASSERT_LT(clock::now(), give_up) << "a thread waits for ever";
        stops.cancel_at_random_for(1ms);
    }
}

template <class Scope>
class textbook_stress : public pattern_test<Scope> {
};
TYPED_TEST_SUITE(textbook_stress, pattern_scopes, scope_titles);

TYPED_TEST(textbook_stress, a_lightswitch_never_mixes_its_group_with_others)
{
    lightswitch light{this->room_};
    std::atomic<int> inside{0};
    std::atomic<int> violations{0};
    std::atomic<std::uint64_t> visits{0};
    stress([&](std::size_t i, dice& chance, const limit& within) {
        if (i < 2) {
            if (is_acquired(this->room_.acquire(1, within))) {
                violations += inside.fetch_add(100) == 0 ? 0 : 1;
                dawdle(chance.below(500));
                inside.fetch_sub(100);
                this->room_.release();
            }
        } else if (is_acquired(light.lock_shared(within))) {
            violations += inside.fetch_add(1) < 100 ? 0 : 1;
            dawdle(chance.below(500));
            inside.fetch_sub(1);
            light.unlock_shared();
            ++visits;
        }
    });
    EXPECT_EQ(violations.load(), 0);
    EXPECT_GT(visits.load(), 0U);
    EXPECT_EQ(light.inside() + light.waiters(), 0U);
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(textbook_stress, nobody_passes_a_turnstile_that_is_held)
{
    turnstile entrance{this->room_};
    std::atomic<int> held{0};
    std::atomic<int> violations{0};
    stress([&](std::size_t i, dice& chance, const limit& within) {
        if (i < 2) {
            if (is_acquired(entrance.lock(within))) {
                violations += held.fetch_add(1) == 0 ? 0 : 1;
                dawdle(chance.below(500));
                violations += held.fetch_sub(1) == 1 ? 0 : 1;
                entrance.unlock();
            }
        } else {
            static_cast<void>(entrance.pass(within));
        }
    });
    EXPECT_EQ(violations.load(), 0);
    EXPECT_FALSE(entrance.is_held());
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(textbook_stress, acquire_all_gives_back_what_it_took)
{
    const auto many = TypeParam::make(3, 3);
    mutex third;
    std::atomic<int> users{0};
    std::atomic<int> violations{0};
    std::atomic<std::uint64_t> successes{0};
    const auto use = [&](const auto& all) {
        if (all) {
            violations += users.fetch_add(1) == 0 ? 0 : 1;
            users.fetch_sub(1);
            ++successes;
        }
    };
    stress([&](std::size_t, dice& chance, const limit& within) {
        switch (chance.below(3)) {
        case 0: return use(acquire_all(within, this->room_, several(*many, 2), third));
        case 1: return use(acquire_all(within, third, this->room_));
        default: return use(acquire_all(within, several(*many, 3), third));
        }
    });
    EXPECT_EQ(violations.load(), 0);
    EXPECT_GT(successes.load(), 0U);
    EXPECT_EQ(this->room_.available() + many->available(), 4);
    EXPECT_EQ(third.owner(), thread_id::none);
}

TEST(textbook_stress, a_group_gate_lets_in_whole_groups_alone_one_after_another)
{
    group_gate<2> water({{2, 1}}, group_space::one);
    std::atomic<int> inside{0};  // 1 for each hydrogen, 100 for each oxygen
    std::atomic<int> violations{0};
    std::array<std::atomic<std::uint64_t>, 2> members{};
    stress([&](std::size_t i, dice& chance, const limit& within) {
        const std::size_t kind = i % 3 == 0 ? 1 : 0;
        if (const auto mine = water.enter(kind, within)) {
            const int now = inside.fetch_add(kind == 0 ? 1 : 100);
            violations += now % 100 <= 2 && now / 100 <= 1 ? 0 : 1;
            dawdle(chance.below(500));
            inside.fetch_sub(kind == 0 ? 1 : 100);
            ++members.at(kind);
        }
    });
    EXPECT_EQ(violations.load(), 0);
    EXPECT_EQ(members[0].load(), 2 * members[1].load()) << "a group was not whole";
    EXPECT_GT(members[1].load(), 0U);
    EXPECT_EQ(water.waiters(0) + water.waiters(1), 0U);
}

TEST(textbook_stress, a_category_lock_never_mixes_and_never_overfills)
{
    category_lock<3> lock{2};
    std::array<std::atomic<int>, 3> inside{};
    std::atomic<int> violations{0};
    std::array<std::atomic<std::uint64_t>, 3> visits{};
    stress([&](std::size_t i, dice& chance, const limit& within) {
        const std::size_t kind = i % 3;
        if (is_acquired(lock.lock(kind, within))) {
            violations += inside.at(kind).fetch_add(1) < 2 ? 0 : 1;
            violations += inside.at((kind + 1) % 3).load() + inside.at((kind + 2) % 3).load() == 0 ? 0 : 1;
            dawdle(chance.below(500));
            inside.at(kind).fetch_sub(1);
            lock.unlock(kind);
            ++visits.at(kind);
        }
    });
    EXPECT_EQ(violations.load(), 0);
    for (std::size_t kind = 0; kind < 3; ++kind) {
        EXPECT_GT(visits.at(kind).load(), 0U);
        EXPECT_TRUE(lock.try_lock(kind)) << "it is empty, and nobody waits";
        lock.unlock(kind);
    }
}

TEST(textbook_stress, an_exchanger_loses_and_doubles_nothing)
{
    exchanger<std::size_t> counter;
    std::array<std::size_t, crowd_size> mine{};
    std::iota(mine.begin(), mine.end(), std::size_t{0});
    std::atomic<std::uint64_t> exchanges{0};
    std::atomic<int> violations{0};
    stress([&](std::size_t i, dice&, const limit& within) {
        const std::size_t before = mine.at(i);
        const bool is_other = is_acquired(counter.exchange(mine.at(i), within));
        violations += is_other == (mine.at(i) != before) ? 0 : 1;
        exchanges += is_other ? 1 : 0;
    });
    std::sort(mine.begin(), mine.end());
    for (std::size_t i = 0; i < crowd_size; ++i) {
        EXPECT_EQ(mine.at(i), i);
    }
    EXPECT_EQ(violations.load(), 0);
    EXPECT_GT(exchanges.load(), 0U);
    EXPECT_EQ(exchanges.load() % 2, 0U) << "they go in pairs";
}

}  // namespace
}  // namespace signalbox::contract
