// Roller coaster: a car runs when it is full, passengers board only when it loads, and leave only when it
// unloads.
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int seats = 4;
constexpr int passengers = 8;

struct track {
    signalbox::semaphore may_board{0};
    signalbox::semaphore may_leave{0};
    signalbox::semaphore aboard{0};
    signalbox::semaphore ashore{0};
    std::atomic<int> riding{0};
    std::atomic<bool> is_running{false};
    std::atomic<int> rides{0};
};

void drive(track& on, puzzle::chance& luck)
{
    puzzle::check(on.riding == 0, "the car loads before all have left");
    on.may_board.release(seats);
    on.aboard.acquire(seats);  // all at once: the car waits once
    puzzle::check(on.riding == seats, "the car leaves before it is full");
    on.is_running = true;
    luck.dawdle();
    on.is_running = false;
    on.may_leave.release(seats);
    on.ashore.acquire(seats);
}

/// False when the last car has gone.
bool ride(track& on)
{
    if (on.may_board.acquire(1, signalbox::limit{}) == signalbox::outcome::closed) {
        return false;
    }
    puzzle::check(!on.is_running && ++on.riding <= seats, "somebody boards a car that runs, or is full");
    on.aboard.release();
    on.may_leave.acquire();
    puzzle::check(!on.is_running, "somebody leaves a car that runs");
    --on.riding;
    ++on.rides;
    on.ashore.release();
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 40};
    game.play("roller coaster");
    track shared;
    puzzle::crowd threads;
    threads.add(1, [&](int) {
        puzzle::chance luck{game, passengers};
        for (int tour = 0; tour < game.rounds; ++tour) {
            drive(shared, luck);
        }
        shared.may_board.close();
    });
    threads.add(passengers, [&](int me) {
        puzzle::chance luck{game, me};
        while (ride(shared)) {
            luck.dawdle();
        }
    });
    threads.await();
    puzzle::check(shared.rides == seats * game.rounds, "a seat was empty, or taken twice");
}
