// Exclusive queue: one leader and one follower dance together, and no second pair meanwhile. A group gate.
#include <array>

#include <signalbox/patterns/group_gate.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("exclusive queue");
    constexpr int dancers = 3;  // of each kind
    signalbox::group_gate<2> floor({{1, 1}}, signalbox::group_space::one);
    std::array<puzzle::place, 2> dancing;
    std::array<std::atomic<std::uint64_t>, 2> pair{};  // the number of the pair, as each of them sees it
    puzzle::crowd threads;
    threads.add(2 * dancers, [&](int me) {
        puzzle::chance luck{game, me};
        const std::size_t kind = me < dancers ? 0 : 1;
        for (int round = 0; round < game.rounds; ++round) {
            const auto mine = floor.enter(kind);
            pair.at(kind) = mine.group();
            dancing.at(kind).stay(luck, 1, "two of a kind dance at the same time");
            const auto other = pair.at(1 - kind).load();
            puzzle::check(other == mine.group() || other + 1 == mine.group(),
                          "a dancer's partner is another one");
        }
    });
    threads.await();
    puzzle::check(pair[0] == pair[1] &&
                      pair[0] == std::uint64_t{dancers} * static_cast<unsigned>(game.rounds),
                  "there were more or fewer pairs than partners");
}
