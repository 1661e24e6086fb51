// Sushi bar: who comes when all five seats are taken waits until that whole party has left. A semaphore.
//
// Because      The last of a party who leaves seats those who wait, on their behalf: nobody can slip in
//              between.
#include <algorithm>
#include <mutex>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int seats = 5;

class bar {
public:
    void sit()
    {
        std::unique_lock lock{mutex_};
        if (is_full_party_) {
            ++waiting_;
            lock.unlock();
            seat_.acquire();
        } else {
            is_full_party_ = ++eating_ == seats;
        }
    }

    void leave()
    {
        const std::lock_guard lock{mutex_};
        if (--eating_ == 0) {
            const int next = std::min(waiting_, seats);
            waiting_ -= next;
            eating_ = next;
            is_full_party_ = next == seats;
            seat_.release(next);
        }
    }

private:
    signalbox::mutex mutex_;
    signalbox::semaphore seat_{0};
    int eating_ = 0;
    int waiting_ = 0;
    bool is_full_party_ = false;
};

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("sushi bar");
    bar sushi;
    puzzle::place seated;
    std::atomic<bool> is_party{false};  // five have sat there, and some of them still do
    std::atomic<int> meals{0};
    constexpr int customers = 9;
    puzzle::crowd threads;
    threads.add(customers, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            luck.dawdle();
            sushi.sit();
            puzzle::check(!is_party, "somebody sat down before a whole party had left");
            const int now = seated.enter();
            puzzle::check(now <= seats, "more sit at the bar than it has seats");
            is_party = is_party || now == seats;
            luck.dawdle();
            if (seated.leave() == 0) {
                is_party = false;
            }
            ++meals;
            sushi.leave();
        }
    });
    threads.await();
    puzzle::check(meals == customers * game.rounds, "somebody has not eaten");
}
