// Barrier: nobody passes the critical point before everybody has arrived. Once: a latch.
#include <signalbox/latch.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 30};
    game.play("barrier");
    constexpr int parties = 6;
    for (int round = 0; round < game.rounds; ++round) {
        signalbox::latch everybody{parties};
        puzzle::place arrived;
        puzzle::crowd threads;
        threads.add(parties, [&](int me) {
            puzzle::chance luck{game, me + parties * round};
            luck.dawdle();
            arrived.enter();
            everybody.arrive_and_wait();
            puzzle::check(arrived.inside() == parties, "one passed before all had arrived");
        });
    }
}
