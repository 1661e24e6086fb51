// Signaling: what one thread does comes before what another one does. A semaphore that begins at 0.
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 200};
    game.play("signaling");
    signalbox::semaphore is_written{0};
    signalbox::semaphore is_read{0};
    int message = 0;  // a plain variable: the semaphores alone make it safe to share
    puzzle::crowd threads;
    threads.add(1, [&](int) {
        puzzle::chance luck{game, 0};
        for (int round = 1; round <= game.rounds; ++round) {
            luck.dawdle();
            message = round;
            is_written.release();
            is_read.acquire();
        }
    });
    threads.add(1, [&](int) {
        for (int round = 1; round <= game.rounds; ++round) {
            is_written.acquire();
            puzzle::check(message == round, "it was read before it was written");
            is_read.release();
        }
    });
    threads.await();
    puzzle::check(message == game.rounds, "not everything was written");
}
