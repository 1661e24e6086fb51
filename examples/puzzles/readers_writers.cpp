// Readers and writers, three ways: readers first, nobody starves, writers first. Lightswitches and a
// turnstile.
//
// Because      signalbox::shared_mutex solves the second in one word; here it is built from its parts.
#include <mutex>
#include <shared_mutex>
#include <vector>

#include <signalbox/guarded.hpp>
#include <signalbox/patterns/lightswitch.hpp>
#include <signalbox/patterns/turnstile.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

using signalbox::permit;
using signalbox::semaphore;

/// What all have in common: who is inside, checked.
class book {
public:
    void read(puzzle::chance& luck)
    {
        readers_.enter();
        puzzle::check(writers_.inside() == 0, "somebody reads while another one writes");
        luck.dawdle();
        readers_.leave();
    }
    void write(puzzle::chance& luck)
    {
        puzzle::check(readers_.inside() == 0, "somebody writes while another one reads");
        writers_.stay(luck, 1, "two write at the same time");
    }

private:
    puzzle::place readers_;
    puzzle::place writers_;
};

struct readers_first {
    semaphore room{1};
    signalbox::lightswitch<> readers{room};

    template <class Act>
    void read(Act act)
    {
        const std::shared_lock inside{readers};
        act();
    }
    template <class Act>
    void write(Act act)
    {
        const permit inside{room};
        act();
    }
};

struct nobody_starves {
    semaphore room{1};
    semaphore gate{1, {.capacity = 1, .fairness = signalbox::fairness::fifo}};
    signalbox::turnstile<> entrance{gate};
    signalbox::lightswitch<> readers{room};

    template <class Act>
    void read(Act act)
    {
        entrance.pass();
        const std::shared_lock inside{readers};
        act();
    }
    template <class Act>
    void write(Act act)
    {
        const std::lock_guard no_newcomers{entrance};
        const permit inside{room};
        act();
    }
};

struct writers_first {
    semaphore no_readers{1};
    semaphore no_writers{1};
    signalbox::lightswitch<> readers{no_writers};
    signalbox::lightswitch<> writers{no_readers};

    template <class Act>
    void read(Act act)
    {
        permit newcomer{no_readers};
        const std::shared_lock inside{readers};
        newcomer.release();
        act();
    }
    template <class Act>
    void write(Act act)
    {
        const std::shared_lock stop_readers{writers};
        const permit inside{no_writers};
        act();
    }
};

template <class Library>
void play(const puzzle::game& game, const char* variant)
{
    game.play(variant);
    Library library;
    book shared;
    puzzle::crowd threads;
    threads.add(6, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            if (me < 2) {
                library.write([&] { shared.write(luck); });
            } else {
                library.read([&] { shared.read(luck); });
            }
            luck.dawdle();
        }
    });
}

/// Readers that come and go without a gap do not keep a writer out.
void check_that_a_writer_gets_in(const puzzle::game& game)
{
    nobody_starves library;
    std::atomic<bool> has_written{false};
    puzzle::crowd threads;
    threads.add(3, [&](int me) {
        puzzle::chance luck{game, me};
        while (!has_written) {
            library.read([&] { luck.dawdle(); });
        }
    });
    threads.add(1, [&](int) { library.write([&] { has_written = true; }); });
}

/// One reads, a writer waits, another reader comes, and another writer: then both writers go first.
void check_that_writers_go_first()
{
    writers_first library;
    signalbox::guarded<std::vector<char>> order;
    const auto note = [&order](char who) { return [&order, who] { order.lock()->push_back(who); }; };
    const auto until = [](auto is_so) {
        while (!is_so()) {
            std::this_thread::yield();
        }
    };
    puzzle::crowd threads;
    library.read([&] {
        threads.add(1, [&](int) { library.write(note('w')); });
        until([&] { return library.no_writers.waiters() == 1; });
        threads.add(1, [&](int) { library.read(note('r')); });
        until([&] { return library.no_readers.waiters() == 1; });
        threads.add(1, [&](int) { library.write(note('w')); });
        until([&] { return library.writers.inside() == 2; });
    });
    threads.await();
    puzzle::check(*order.lock() == std::vector<char>{'w', 'w', 'r'},
                  "a reader went before a writer that waited");
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    play<readers_first>(game, "readers and writers, readers first");
    play<nobody_starves>(game, "readers and writers, nobody starves");
    check_that_a_writer_gets_in(game);
    play<writers_first>(game, "readers and writers, writers first");
    check_that_writers_go_first();
}
