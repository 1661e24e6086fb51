// Reusable barrier: the same in every round of a loop, and nobody laps the others. A barrier.
#include <array>

#include <signalbox/barrier.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("reusable barrier");
    constexpr int parties = 5;
    int phases = 0;
    signalbox::barrier everybody{parties, [&phases] { ++phases; }};
    std::array<std::atomic<int>, parties> steps{};
    puzzle::crowd threads;
    threads.add(parties, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 1; round <= game.rounds; ++round) {
            luck.dawdle();
            steps.at(static_cast<std::size_t>(me)) = round;
            everybody.arrive_and_wait();
            for (const auto& step : steps) {
                puzzle::check(step == round || step == round + 1, "one is more than a step apart");
            }
        }
    });
    threads.await();
    puzzle::check(phases == game.rounds, "there were more or fewer phases than rounds");
}
