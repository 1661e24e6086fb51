// Dining savages: they eat from a pot of a few servings; who finds it empty wakes the cook, who fills it
// then.
#include <mutex>

#include <signalbox/event.hpp>
#include <signalbox/mutex.hpp>

#include "puzzle.hpp"

namespace {

constexpr int potful = 3;

struct kitchen {
    signalbox::mutex pot;
    signalbox::auto_reset_event is_empty;
    signalbox::auto_reset_event is_full;
    int servings = 0;  // guarded by the pot; while a savage waits for the cook, by that wait
    int fillings = 0;
    int meals = 0;
    bool is_over = false;
};

void cook(kitchen& in)
{
    for (;;) {
        in.is_empty.wait();
        if (in.is_over) {
            return;
        }
        puzzle::check(in.servings == 0, "the cook fills a pot that is not empty");
        in.servings = potful;
        ++in.fillings;
        in.is_full.set();
    }
}

void eat(kitchen& in, puzzle::chance& luck)
{
    const std::lock_guard mine{in.pot};
    if (in.servings == 0) {
        in.is_empty.set();
        in.is_full.wait();
    }
    puzzle::check(in.servings > 0, "somebody eats from an empty pot");
    const int before = in.servings;
    luck.dawdle();
    in.servings = before - 1;
    ++in.meals;
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("dining savages");
    constexpr int savages = 5;
    kitchen shared;
    puzzle::crowd cooks;
    puzzle::crowd eaters;
    cooks.add(1, [&](int) { cook(shared); });
    eaters.add(savages, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            eat(shared, luck);
            luck.dawdle();
        }
    });
    eaters.await();
    shared.is_over = true;
    shared.is_empty.set();
    cooks.await();
    puzzle::check(shared.meals == savages * game.rounds, "somebody has not eaten");
    puzzle::check(shared.fillings * potful == shared.meals + shared.servings, "servings were lost");
}
