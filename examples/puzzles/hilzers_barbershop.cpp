// Hilzer's barbershop: three barbers, a sofa for four, room for twenty, one cash register; each queue in
// order.
//
// Because      What is limited is a semaphore, and a customer holds the next place before it leaves the last:
//              floor, sofa, chair. With fairness::fifo the queues keep their order. One cash register is a
//              mutex of the barbers.
#include <mutex>

#include <signalbox/mutex.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int barbers = 3;
constexpr int seats = 4;
constexpr int standing = 20;
constexpr signalbox::semaphore_options in_order{.fairness = signalbox::fairness::fifo};

struct shop {
    signalbox::semaphore floor{standing};
    signalbox::semaphore sofa{seats, in_order};
    signalbox::semaphore chairs{barbers, in_order};
    signalbox::semaphore ready{0};   // customers in the barbers' chairs
    signalbox::semaphore cut{0};     // haircuts that were done
    signalbox::semaphore to_pay{0};  // customers at the register
    signalbox::semaphore accepted{0};
    signalbox::mutex cash_register;
    puzzle::place on_floor, on_sofa, in_chairs, at_register;
    std::atomic<int> haircuts{0};
    std::atomic<int> turned_away{0};
};

void visit(shop& at, puzzle::chance& luck)
{
    signalbox::permit place{at.floor, 1, std::try_to_lock};
    if (!place) {
        ++at.turned_away;
        return;
    }
    puzzle::check(at.on_floor.enter() <= standing, "more than twenty are in the shop");
    signalbox::permit seat{at.sofa};
    puzzle::check(at.on_sofa.enter() <= seats, "more than four sit on the sofa");
    luck.dawdle();
    signalbox::permit chair{at.chairs};
    at.on_sofa.leave();
    seat.release();
    puzzle::check(at.in_chairs.enter() <= barbers, "more customers sit in chairs than there are barbers");
    at.ready.release();
    at.cut.acquire();
    at.in_chairs.leave();
    chair.release();
    at.to_pay.release();
    at.accepted.acquire();
    at.on_floor.leave();
}

void work(shop& at, puzzle::chance& luck)
{
    while (at.ready.acquire(1, signalbox::limit{}) == signalbox::outcome::acquired) {
        luck.dawdle();
        ++at.haircuts;
        at.cut.release();
        at.to_pay.acquire();
        const std::lock_guard mine{at.cash_register};
        at.at_register.stay(luck, 1, "two barbers are at the cash register");
        at.accepted.release();
    }
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 12};
    game.play("Hilzer's barbershop");
    constexpr int customers = 24;
    shop shared;
    puzzle::crowd crowd;
    puzzle::crowd staff;
    staff.add(barbers, [&](int me) {
        puzzle::chance luck{game, customers + me};
        work(shared, luck);
    });
    crowd.add(customers, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            visit(shared, luck);
            luck.dawdle();
        }
    });
    crowd.await();
    shared.ready.close();
    staff.await();
    puzzle::check(shared.haircuts + shared.turned_away == customers * game.rounds,
                  "somebody was neither served nor turned away");
    puzzle::check(shared.floor.available() == standing && shared.sofa.available() == seats,
                  "a place was lost");
}
