// Multi-car roller coaster: cars load one at a time and unload in the same order; several run at the same
// time.
//
// Because      Two rings of semaphores pass the right to load, and to unload, from one car to the next.
#include <array>

#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr std::size_t cars = 3;
constexpr int seats = 3;
constexpr int passengers = 9;

struct car {
    signalbox::semaphore may_load{0};
    signalbox::semaphore may_unload{0};
    signalbox::semaphore may_leave{0};
    std::atomic<int> riding{0};
};

struct track {
    std::array<car, cars> car_of{};
    signalbox::semaphore may_board{0};
    signalbox::semaphore aboard{0};
    signalbox::semaphore ashore{0};
    std::atomic<std::size_t> loading{cars};  // which car; the passengers board it
    std::atomic<int> loads{0};               // how many cars have loaded, and unloaded
    std::atomic<int> unloads{0};
};

void drive(track& on, std::size_t me, int tours, puzzle::chance& luck)
{
    car& mine = on.car_of.at(me);
    car& next = on.car_of.at((me + 1) % cars);
    for (int tour = 0; tour < tours; ++tour) {
        const int number = tour * static_cast<int>(cars) + static_cast<int>(me);
        mine.may_load.acquire();
        puzzle::check(on.loading.exchange(me) == cars, "two cars load at the same time");
        puzzle::check(on.loads++ == number, "a car loads out of turn");
        on.may_board.release(seats);
        on.aboard.acquire(seats);
        puzzle::check(mine.riding == seats, "a car leaves before it is full");
        on.loading = cars;
        next.may_load.release();
        luck.dawdle();  // runs
        mine.may_unload.acquire();
        puzzle::check(on.unloads == number, "a car has overtaken another one");
        mine.may_leave.release(seats);
        on.ashore.acquire(seats);
        puzzle::check(mine.riding == 0, "a car goes on before all have left");
        ++on.unloads;
        next.may_unload.release();
    }
    if (on.unloads == tours * static_cast<int>(cars)) {
        on.may_board.close();
    }
}

/// False when the last car has gone.
bool ride(track& on)
{
    if (on.may_board.acquire(1, signalbox::limit{}) == signalbox::outcome::closed) {
        return false;
    }
    const std::size_t which = on.loading;
    puzzle::check(which < cars, "somebody boards and no car loads");
    car& mine = on.car_of.at(which);
    puzzle::check(++mine.riding <= seats, "a car is overfull");
    on.aboard.release();
    mine.may_leave.acquire();
    --mine.riding;
    on.ashore.release();
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 20};
    game.play("multi-car roller coaster");
    track rails;
    rails.car_of[0].may_load.release();
    rails.car_of[0].may_unload.release();
    puzzle::crowd threads;
    threads.add(cars, [&](int me) {
        puzzle::chance luck{game, me};
        drive(rails, static_cast<std::size_t>(me), game.rounds, luck);
    });
    threads.add(passengers, [&](int me) {
        puzzle::chance luck{game, static_cast<int>(cars) + me};
        while (ride(rails)) {
            luck.dawdle();
        }
    });
    threads.await();
    puzzle::check(rails.unloads == game.rounds * static_cast<int>(cars), "a car has not made all its tours");
}
