// Baboon crossing: one direction at a time on a rope that carries five, and neither side starves. A category
// lock.
#include <array>

#include <signalbox/patterns/category_lock.hpp>

#include "puzzle.hpp"

namespace {

constexpr int most = 5;

/// Five are on the rope, and one waits on the other side: nobody else gets on before that one has crossed.
void check_that_the_rope_is_full_and_nobody_starves()
{
    signalbox::category_lock<2> rope{most};
    for (int i = 0; i < most; ++i) {
        rope.lock(0);
    }
    puzzle::check(!rope.try_lock(0), "a sixth baboon is on the rope");
    puzzle::crowd other;
    other.add(1, [&](int) {
        rope.lock(1);
        rope.unlock(1);
    });
    while (rope.waiters(1) == 0) {
        std::this_thread::yield();
    }
    for (int i = 0; i < most; ++i) {
        puzzle::check(!rope.try_lock(0), "a baboon goes before one that waits on the other side");
        rope.unlock(0);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 40};
    game.play("baboon crossing");
    check_that_the_rope_is_full_and_nobody_starves();
    constexpr int baboons = 8;
    signalbox::category_lock<2> rope{most};
    std::array<puzzle::place, 2> on_rope;
    std::atomic<int> crossings{0};
    puzzle::crowd troop;
    troop.add(baboons, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            const auto direction = static_cast<std::size_t>((me + round) % 2);
            rope.lock(direction);
            puzzle::check(on_rope.at(1 - direction).inside() == 0,
                          "two baboons meet in the middle of the rope");
            on_rope.at(direction).stay(luck, most, "more than five are on the rope");
            ++crossings;
            rope.unlock(direction);
            luck.dawdle();
        }
    });
    troop.await();
    puzzle::check(crossings == baboons * game.rounds, "a baboon has not crossed");
}
