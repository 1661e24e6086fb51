// Senate bus: all who wait when it comes board, five at most; who comes while it boards takes the next one.
#include <algorithm>
#include <mutex>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int seats = 5;

struct street {
    signalbox::mutex stop;  // the bus holds it while it boards: who comes then does not count
    signalbox::semaphore may_board{0};
    signalbox::semaphore has_boarded{0};
    int waiting = 0;  // guarded by the stop
    std::atomic<bool> is_boarding{false};
    std::atomic<int> on_board{0};
};

void ride(street& at)
{
    {
        const std::lock_guard at_stop{at.stop};
        puzzle::check(!at.is_boarding, "somebody joined those who wait while the bus boards");
        ++at.waiting;
    }
    at.may_board.acquire();
    puzzle::check(at.is_boarding, "somebody boards, and there is no bus");
    puzzle::check(++at.on_board <= seats, "the bus is overfull");
    at.has_boarded.release();
}

/// Returns how many the bus carries away.
int depart(street& at, puzzle::chance& luck)
{
    const std::lock_guard at_stop{at.stop};
    const int boarding = std::min(at.waiting, seats);
    at.is_boarding = true;
    luck.dawdle();
    at.may_board.release(boarding);
    at.has_boarded.acquire(boarding);
    at.waiting -= boarding;
    puzzle::check(at.on_board == boarding, "the bus departs without somebody who waited");
    at.is_boarding = false;
    return at.on_board.exchange(0);
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 30};
    game.play("Senate bus");
    constexpr int riders = 8;
    street shared;
    int carried = 0;
    puzzle::crowd threads;
    threads.add(riders, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            luck.dawdle();
            ride(shared);
        }
    });
    threads.add(1, [&](int) {
        puzzle::chance luck{game, riders};
        while (carried < riders * game.rounds) {
            carried += depart(shared, luck);
            luck.dawdle();
        }
    });
    threads.await();
    puzzle::check(carried == riders * game.rounds && shared.waiting == 0,
                  "somebody was not carried, or twice");
}
