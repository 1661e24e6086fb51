// Building H2O: two hydrogen threads and one oxygen thread bond, and the next three only after them. A group
// gate.
#include <array>
#include <stop_token>

#include <signalbox/patterns/group_gate.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 80};
    game.play("building H2O");
    constexpr std::size_t hydrogen = 0;
    constexpr std::size_t oxygen = 1;
    signalbox::group_gate<2> gate({{2, 1}}, signalbox::group_space::one);
    std::array<puzzle::place, 2> bonding;
    std::array<std::atomic<int>, 2> bonded{};
    std::stop_source is_over;
    puzzle::crowd atoms;
    atoms.add(6, [&](int me) {
        puzzle::chance luck{game, me};
        const std::size_t kind = me % 3 == 0 ? oxygen : hydrogen;
        while (const auto molecule = gate.enter(kind, is_over.get_token())) {
            const auto number = static_cast<int>(molecule.group());
            bonding.at(kind).stay(luck, kind == hydrogen ? 2 : 1, "more atoms bond than a molecule has");
            ++bonded.at(kind);
            puzzle::check(bonded[hydrogen] <= 2 * number && bonded[oxygen] <= number,
                          "an atom bonded before the molecule before was whole");
            if (number >= game.rounds) {
                is_over.request_stop();  // who still waits gives up: no atom is left over
            }
        }
    });
    atoms.await();
    puzzle::check(bonded[hydrogen] == 2 * bonded[oxygen] && bonded[oxygen] >= game.rounds,
                  "there is an atom without a molecule");
}
