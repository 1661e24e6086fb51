// Queue: leaders and followers go on to the dance floor in pairs. Two semaphores, each the other's queue.
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("queue");
    constexpr int dancers = 3;  // of each kind
    struct kind {
        signalbox::semaphore waits_for_partner{0};
        std::atomic<int> arrived{0};
        std::atomic<int> danced{0};
    };
    kind leaders;
    kind followers;
    const auto dance = [&](kind& mine, kind& other, int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            luck.dawdle();
            ++mine.arrived;
            other.waits_for_partner.release();
            mine.waits_for_partner.acquire();
            puzzle::check(++mine.danced <= other.arrived, "one dances without a partner");
        }
    };
    puzzle::crowd threads;
    threads.add(dancers, [&](int me) { dance(leaders, followers, me); });
    threads.add(dancers, [&](int me) { dance(followers, leaders, me + dancers); });
    threads.await();
    puzzle::check(leaders.danced == dancers * game.rounds && followers.danced == leaders.danced,
                  "somebody has not danced");
}
