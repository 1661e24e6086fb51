// Mutual exclusion: two threads add to one number, one at a time, and no addition is lost. A mutex.
#include <mutex>

#include <signalbox/mutex.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 300};
    game.play("mutex");
    constexpr int adders = 4;
    signalbox::mutex one_at_a_time;
    long sum = 0;
    puzzle::crowd threads;
    threads.add(adders, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            const std::lock_guard inside{one_at_a_time};
            const long before = sum;
            luck.dawdle();  // whoever else came in now would add to the same number
            sum = before + 1;
        }
    });
    threads.await();
    puzzle::check(sum == long{adders} * game.rounds, "additions were lost");
}
