// Dining philosophers: each needs both forks beside it. Footman, one left-handed, Tanenbaum's, acquire_all().
#include <array>
#include <mutex>

#include <signalbox/event.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/patterns/acquire_all.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr std::size_t seats = 5;

std::size_t right_of(std::size_t seat)
{
    return (seat + 1) % seats;
}
std::size_t left_of(std::size_t seat)
{
    return (seat + seats - 1) % seats;
}

using forks = std::array<signalbox::mutex, seats>;

/// At most four sit down: then one of them has both forks.
struct footman {
    forks fork;
    signalbox::semaphore chairs{seats - 1};

    template <class Eat>
    void dine(std::size_t me, puzzle::chance& luck, Eat eat)
    {
        const signalbox::permit chair{chairs};
        const std::lock_guard left{fork.at(me)};
        luck.dawdle();
        const std::lock_guard right{fork.at(right_of(me))};
        eat();
    }
};

/// One begins with the other hand: no circle can close.
struct asymmetric {
    forks fork;

    template <class Eat>
    void dine(std::size_t me, puzzle::chance& luck, Eat eat)
    {
        const std::lock_guard first{fork.at(me == 0 ? right_of(me) : me)};
        luck.dawdle();
        const std::lock_guard second{fork.at(me == 0 ? me : right_of(me))};
        eat();
    }
};

/// No forks at all: who is hungry eats when neither neighbour does, or is called when both have eaten.
struct tanenbaum {
    enum class state { thinking, hungry, eating };

    signalbox::mutex table;
    std::array<state, seats> states{};  // guarded by the mutex
    std::array<signalbox::auto_reset_event, seats> may_eat{};

    template <class Eat>
    void dine(std::size_t me, puzzle::chance& luck, Eat eat)
    {
        become(me, state::hungry);
        luck.dawdle();
        may_eat.at(me).wait();
        eat();
        become(me, state::thinking);
    }

    void become(std::size_t me, state next)
    {
        const std::lock_guard lock{table};
        states.at(me) = next;
        for (const std::size_t one : {me, left_of(me), right_of(me)}) {
            if (states.at(one) == state::hungry && states.at(left_of(one)) != state::eating &&
                states.at(right_of(one)) != state::eating) {
                states.at(one) = state::eating;
                may_eat.at(one).set();
            }
        }
    }
};

/// Both forks or none.
struct both_at_once {
    forks fork;

    template <class Eat>
    void dine(std::size_t me, puzzle::chance& luck, Eat eat)
    {
        luck.dawdle();
        const auto both = signalbox::acquire_all(fork.at(me), fork.at(right_of(me)));
        eat();
    }
};

template <class Table>
void play(const puzzle::game& game, const char* variant)
{
    game.play(variant);
    Table table;
    std::array<puzzle::place, seats> uses;  // of each fork
    std::atomic<int> meals{0};
    puzzle::crowd philosophers;
    philosophers.add(seats, [&](int seat) {
        const auto me = static_cast<std::size_t>(seat);
        puzzle::chance luck{game, seat};
        for (int round = 0; round < game.rounds; ++round) {
            table.dine(me, luck, [&] {
                puzzle::check(uses.at(me).enter() == 1 && uses.at(right_of(me)).enter() == 1,
                              "two eat with the same fork");
                luck.dawdle();
                uses.at(me).leave();
                uses.at(right_of(me)).leave();
                ++meals;
            });
        }
    });
    philosophers.await();
    puzzle::check(meals == game.rounds * static_cast<int>(seats), "somebody has not eaten");
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    play<footman>(game, "dining philosophers, footman");
    play<asymmetric>(game, "dining philosophers, asymmetric");
    play<tanenbaum>(game, "dining philosophers, Tanenbaum");
    play<both_at_once>(game, "dining philosophers, acquire_all");
}
