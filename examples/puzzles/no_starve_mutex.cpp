// No-starve mutex: everybody gets in after a bounded number of others, with semaphores that promise no
// order.
//
// Because      J. M. Morris's answer makes it of three weak semaphores: two rooms before the critical
//              section, of which one door is open at a time. Where the semaphore itself keeps order
//              (fairness::fifo) it is one of them; both are played here.
#include <array>
#include <mutex>

#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

using signalbox::semaphore;

class morris_mutex {
public:
    void lock()
    {
        count_.acquire();
        ++in_first_room_;
        count_.release();

        first_door_.acquire();
        ++in_second_room_;
        count_.acquire();
        const bool was_last = --in_first_room_ == 0;
        count_.release();
        (was_last ? second_door_ : first_door_).release();  // the first room empties before anybody gets in

        second_door_.acquire();
        --in_second_room_;
    }

    void unlock() { (in_second_room_ == 0 ? first_door_ : second_door_).release(); }

private:
    semaphore first_door_{1};
    semaphore second_door_{0};
    semaphore count_{1};
    int in_first_room_ = 0;   // guarded by count_
    int in_second_room_ = 0;  // guarded by the doors: one of them, at most, is open
};

class fifo_mutex {
public:
    void lock() { door_.acquire(); }
    void unlock() { door_.release(); }

private:
    semaphore door_{1, {.capacity = 1, .fairness = signalbox::fairness::fifo}};
};

/// All go in over and over until each of them has been in as often as it wants.
template <class Mutex>
void play(const puzzle::game& game, const char* variant)
{
    game.play(variant);
    constexpr int parties = 4;
    Mutex mutex;
    puzzle::place inside;
    std::atomic<int> not_content{parties};
    long visits = 0;
    std::array<long, parties> mine{};
    puzzle::crowd threads;
    threads.add(parties, [&](int me) {
        puzzle::chance luck{game, me};
        long& count = mine.at(static_cast<std::size_t>(me));
        while (not_content > 0) {
            const std::lock_guard lock{mutex};
            ++visits;
            inside.stay(luck, 1, "two are inside at the same time");
            if (++count == game.rounds) {
                --not_content;
            }
        }
    });
    threads.await();
    for (const long count : mine) {
        puzzle::check(count >= game.rounds, "somebody starved");
        visits -= count;
    }
    puzzle::check(visits == 0, "a visit was not counted");
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 100};
    play<morris_mutex>(game, "no-starve mutex, Morris");
    play<fifo_mutex>(game, "no-starve mutex, first in first out");
}
