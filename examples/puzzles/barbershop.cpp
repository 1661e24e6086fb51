// Barbershop: the barber sleeps until somebody comes; a customer who finds no free chair leaves. Semaphores.
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int chairs = 4;

struct shop {
    signalbox::semaphore places{chairs};
    signalbox::semaphore customer_is_ready{0};
    signalbox::semaphore barber_is_ready{0};
    signalbox::semaphore customer_is_content{0};
    signalbox::semaphore barber_is_done{0};
    puzzle::place inside;
    puzzle::place barbers_chair;
    std::atomic<int> turned_away{0};
    int cuts = 0;  // the barber's own
};

void cut_hair(shop& at, puzzle::chance& luck)
{
    while (at.customer_is_ready.acquire(1, signalbox::limit{}) == signalbox::outcome::acquired) {
        at.barber_is_ready.release();
        luck.dawdle();
        ++at.cuts;
        at.customer_is_content.acquire();
        at.barber_is_done.release();
    }
}

void visit(shop& at, puzzle::chance& luck)
{
    const signalbox::permit chair{at.places, 1, std::try_to_lock};
    if (!chair) {
        ++at.turned_away;
        return;
    }
    puzzle::check(at.inside.enter() <= chairs, "more customers are in the shop than it has chairs");
    at.customer_is_ready.release();
    at.barber_is_ready.acquire();
    at.barbers_chair.stay(luck, 1, "two have their hair cut at the same time");
    at.customer_is_content.release();
    at.barber_is_done.acquire();
    at.inside.leave();
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("barbershop");
    constexpr int customers = 7;
    shop shared;
    puzzle::crowd crowd;
    puzzle::crowd barber;
    barber.add(1, [&](int) {
        puzzle::chance luck{game, customers};
        cut_hair(shared, luck);
    });
    crowd.add(customers, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            visit(shared, luck);
            luck.dawdle();
        }
    });
    crowd.await();
    shared.customer_is_ready.close();  // the shop is closed, and the barber goes home
    barber.await();
    puzzle::check(shared.cuts + shared.turned_away == customers * game.rounds,
                  "somebody was neither served nor turned away");
}
