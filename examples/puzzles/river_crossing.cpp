// River crossing: four to a boat, hackers and serfs, never three of one and one of the other; one of them
// rows.
#include <array>
#include <stop_token>

#include <signalbox/barrier.hpp>
#include <signalbox/patterns/group_gate.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 40};
    game.play("river crossing");
    signalbox::group_gate<2> pier({{2, 2}, {4, 0}, {0, 4}}, signalbox::group_space::one);
    signalbox::barrier all_on_board{4};
    std::array<std::atomic<int>, 2> aboard{};
    std::atomic<int> crossings{0};
    std::atomic<int> passages{0};
    std::stop_source is_over;
    puzzle::crowd travellers;
    travellers.add(8, [&](int me) {
        puzzle::chance luck{game, me};
        const std::size_t kind = me < 4 ? 0 : 1;
        while (const auto seat = pier.enter(kind, is_over.get_token())) {
            ++aboard.at(kind);
            luck.dawdle();
            all_on_board.arrive_and_wait();
            const int hackers = aboard[0];
            const int serfs = aboard[1];
            puzzle::check(hackers + serfs == 4, "the boat does not carry four");
            puzzle::check(hackers % 2 == 0, "one is alone among three of the others");
            ++passages;
            if (seat.is_captain() && ++crossings == game.rounds) {
                is_over.request_stop();  // who still waits on the shore gives up
            }
            all_on_board.arrive_and_wait();  // they have all looked
            --aboard.at(kind);
        }
    });
    travellers.await();
    puzzle::check(crossings >= game.rounds && passages == 4 * crossings, "a boat had no rower, or two");
}
