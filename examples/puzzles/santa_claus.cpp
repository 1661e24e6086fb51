// Santa Claus: woken by all nine reindeer, or by three elves; if both wait, reindeer first. Mutex and
// condition.
#include <mutex>
#include <stop_token>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/patterns/group_gate.hpp>

#include "puzzle.hpp"

namespace {

constexpr int reindeer = 9;
constexpr int elves = 7;

struct pole {
    signalbox::group_gate<1> elf_door =
        signalbox::group_gate<1>({{3}}, signalbox::group_space::one);  // elves come in threes
    std::stop_source no_more_elves;
    signalbox::mutex mutex;
    signalbox::condition_variable news;
    int back = 0;    // reindeer, guarded by the mutex, as are all below
    int asking = 0;  // elves
    int year = 0;    // counts sleighs
    int helped = 0;  // elves, altogether
    bool is_over = false;
};

void be_santa(pole& at, int years)
{
    std::unique_lock lock{at.mutex};
    while (at.year < years || at.asking > 0 || !at.is_over) {
        at.news.wait(
            lock, [&] { return at.back == reindeer || at.asking == 3 || (at.is_over && at.year == years); });
        if (at.back == reindeer) {
            at.back = 0;
            ++at.year;
        } else if (at.asking == 3) {
            puzzle::check(at.back < reindeer, "elves are helped while the sleigh waits");
            at.asking = 0;
            at.helped += 3;
        }
        at.news.notify_all();
    }
}

void be_reindeer(pole& at, puzzle::chance& luck, int years)
{
    for (int year = 0; year < years; ++year) {
        luck.dawdle();
        std::unique_lock lock{at.mutex};
        puzzle::check(at.year == year, "a sleigh left without one of its reindeer");
        puzzle::check(++at.back <= reindeer, "a reindeer is there twice");
        at.news.notify_all();
        at.news.wait(lock, [&] { return at.year > year; });
    }
}

/// False when there are no more years.
bool be_elf(pole& at, puzzle::chance& luck)
{
    luck.dawdle();
    const auto group = at.elf_door.enter(0, at.no_more_elves.get_token());
    if (!group) {
        return false;
    }
    std::unique_lock lock{at.mutex};
    if (group.is_captain()) {
        puzzle::check(at.asking == 0, "a fourth elf asks");
        at.asking = 3;
        at.news.notify_all();
    }
    const int all_of_mine = 3 * static_cast<int>(group.group());
    at.news.wait(lock, [&] { return at.helped >= all_of_mine; });
    puzzle::check(at.helped == all_of_mine, "the next elves were helped before all three had gone");
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 12};
    game.play("Santa Claus");
    pole north;
    puzzle::crowd santa;
    puzzle::crowd herd;
    puzzle::crowd workers;
    std::atomic<int> helped{0};
    santa.add(1, [&](int) { be_santa(north, game.rounds); });
    herd.add(reindeer, [&](int me) {
        puzzle::chance luck{game, me};
        be_reindeer(north, luck, game.rounds);
    });
    workers.add(elves, [&](int me) {
        puzzle::chance luck{game, reindeer + me};
        while (be_elf(north, luck)) {
            ++helped;
        }
    });
    herd.await();
    north.no_more_elves.request_stop();
    workers.await();
    {
        const std::lock_guard lock{north.mutex};
        north.is_over = true;
        north.news.notify_all();
    }
    santa.await();
    puzzle::check(north.year == game.rounds, "a year had no sleigh");
    puzzle::check(north.helped == helped, "an elf was not helped");
}
