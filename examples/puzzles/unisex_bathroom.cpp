// Unisex bathroom: women and men never at the same time, and at most three. Two lightswitches; a category
// lock.
//
// Because      Two lightswitches over one room are the textbook's answer: a stream of one kind starves the
//              other. The no-starve problem is what category_lock is for.
#include <array>
#include <mutex>
#include <shared_mutex>

#include <signalbox/patterns/category_lock.hpp>
#include <signalbox/patterns/lightswitch.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int most = 3;

struct plain {
    signalbox::semaphore empty{1};
    std::array<signalbox::lightswitch<>, 2> light{signalbox::lightswitch<>{empty},
                                                  signalbox::lightswitch<>{empty}};
    std::array<signalbox::semaphore, 2> places{signalbox::semaphore{most}, signalbox::semaphore{most}};

    template <class Act>
    void visit(std::size_t kind, Act act)
    {
        const std::shared_lock inside{light.at(kind)};
        const signalbox::permit place{places.at(kind)};
        act();
    }
};

struct no_starve {
    signalbox::category_lock<2> room{most};

    template <class Act>
    void visit(std::size_t kind, Act act)
    {
        auto side = room.of(kind);
        const std::lock_guard inside{side};
        act();
    }
};

template <class Bathroom>
void play(const puzzle::game& game, const char* variant)
{
    game.play(variant);
    Bathroom bathroom;
    std::array<puzzle::place, 2> inside;
    puzzle::crowd people;
    people.add(8, [&](int me) {
        puzzle::chance luck{game, me};
        const auto kind = static_cast<std::size_t>(me % 2);
        for (int round = 0; round < game.rounds; ++round) {
            bathroom.visit(kind, [&] {
                puzzle::check(inside.at(1 - kind).inside() == 0, "women and men are inside at the same time");
                inside.at(kind).stay(luck, most, "more than three are inside");
            });
            luck.dawdle();
        }
    });
}

/// A woman is inside and a man waits: no other woman goes in before him.
void check_that_nobody_starves()
{
    no_starve bathroom;
    auto women = bathroom.room.of(0);
    std::unique_lock inside{women};
    puzzle::crowd people;
    people.add(1, [&](int) { bathroom.visit(1, [] {}); });
    while (bathroom.room.waiters(1) == 0) {
        std::this_thread::yield();
    }
    puzzle::check(!women.try_lock(), "a woman goes in before a man who waits");
    inside.unlock();
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 50};
    play<plain>(game, "unisex bathroom");
    play<no_starve>(game, "unisex bathroom, no-starve");
    check_that_nobody_starves();
}
