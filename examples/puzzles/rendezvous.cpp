// Rendezvous: neither of two threads goes on before the other has arrived. Each signals, then waits.
#include <array>

#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 200};
    game.play("rendezvous");
    std::array<signalbox::semaphore, 2> has_arrived{signalbox::semaphore{0}, signalbox::semaphore{0}};
    std::array<std::atomic<int>, 2> steps{};
    puzzle::crowd threads;
    threads.add(2, [&](int me) {
        puzzle::chance luck{game, me};
        const auto mine = static_cast<std::size_t>(me);
        const std::size_t other = 1 - mine;
        for (int round = 1; round <= game.rounds; ++round) {
            luck.dawdle();
            steps.at(mine) = round;
            has_arrived.at(mine).release();  // first signal: who waits first makes both wait for ever
            has_arrived.at(other).acquire();
            puzzle::check(steps.at(other) >= round, "one went on before the other had arrived");
            puzzle::check(steps.at(other) <= round + 1, "one is two steps ahead");
        }
    });
    threads.await();
    puzzle::check(has_arrived[0].available() + has_arrived[1].available() == 0, "a signal is left over");
}
