// Multiplex: at most three are inside at the same time, and not one at a time. A permit of a semaphore.
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 100};
    game.play("multiplex");
    constexpr int most = 3;
    signalbox::semaphore places{most};
    signalbox::semaphore all_inside{0};
    puzzle::place room;
    puzzle::crowd threads;
    threads.add(most, [&](int) {  // three can meet inside
        const signalbox::permit mine{places};
        if (room.enter() == most) {
            all_inside.release(most);
        }
        all_inside.acquire();
        room.leave();
    });
    threads.await();
    threads.add(8, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            const signalbox::permit mine{places};
            room.stay(luck, most, "more than three are inside");
        }
    });
    threads.await();
    puzzle::check(places.available() == most, "a place was lost");
}
