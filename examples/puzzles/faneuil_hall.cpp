// Faneuil Hall: nobody comes in, and no immigrant leaves, while the judge is there, who waits for all to
// check in.
//
// Because      The door is a turnstile that the judge holds. Extended, the next session begins when all who
//              were sworn in have left: then it is the last of them who lets the turnstile turn again, which
//              a mutex would refuse.
#include <mutex>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/patterns/turnstile.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

class hall {
public:
    explicit hall(bool is_extended) : is_extended_{is_extended} {}

    void immigrant(puzzle::chance& luck)
    {
        int mine = 0;
        come_in([&] { mine = ++entered_; });
        luck.dawdle();
        std::unique_lock lock{mutex_};
        ++checked_in_;
        news_.notify_all();
        news_.wait(lock, [&] { return sworn_ >= mine; });
        lock.unlock();
        if (is_extended_) {
            leave_after_session(mine);
        } else {
            const std::lock_guard at_door{door_};
            leave(mine);
        }
    }

    void spectator(puzzle::chance& luck)
    {
        come_in([] {});
        luck.dawdle();  // and leaves whenever it likes
    }

    void judge(puzzle::chance& luck)
    {
        door_.lock();
        puzzle::check(!is_extended_ || left_ == sworn_,
                      "a session begins before all who were sworn in have left");
        is_judge_there_ = true;
        luck.dawdle();
        std::unique_lock lock{mutex_};
        news_.wait(lock, [this] { return checked_in_ == entered_; });
        const bool is_anybody_sworn = sworn_ < entered_;
        sworn_ = checked_in_;
        is_judge_there_ = false;
        news_.notify_all();
        if (!is_extended_ || !is_anybody_sworn) {
            door_.unlock();
        }
    }

    [[nodiscard]] int sworn() const { return sworn_; }

private:
    template <class Count>
    void come_in(Count count)
    {
        const std::lock_guard at_door{door_};
        puzzle::check(!is_judge_there_, "somebody comes in while the judge is there");
        count();
    }

    void leave(int mine)
    {
        puzzle::check(!is_judge_there_, "an immigrant leaves while the judge is there");
        puzzle::check(mine <= sworn_, "an immigrant leaves who was not sworn in");
    }

    void leave_after_session(int mine)
    {
        const std::lock_guard lock{mutex_};
        leave(mine);
        if (++left_ == sworn_) {
            door_.unlock();  // the judge has locked it
        }
    }

    const bool is_extended_;
    signalbox::semaphore gate_{1};
    signalbox::turnstile<> door_{gate_};
    signalbox::mutex mutex_;
    signalbox::condition_variable news_;
    int entered_ = 0;  // immigrants; changed by who holds the door
    int checked_in_ = 0;
    std::atomic<int> sworn_{0};
    std::atomic<int> left_{0};
    std::atomic<bool> is_judge_there_{false};
};

void play(const puzzle::game& game, bool is_extended)
{
    hall building{is_extended};
    constexpr int immigrants = 4;
    puzzle::crowd threads;
    threads.add(immigrants, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            building.immigrant(luck);
        }
    });
    threads.add(2, [&](int me) {
        puzzle::chance luck{game, immigrants + me};
        for (int round = 0; round < game.rounds; ++round) {
            building.spectator(luck);
        }
    });
    threads.add(1, [&](int) {
        puzzle::chance luck{game, immigrants + 2};
        while (building.sworn() < immigrants * game.rounds) {
            building.judge(luck);
            luck.dawdle();
        }
    });
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 40};
    game.play("Faneuil Hall");
    play(game, false);
    game.play("Faneuil Hall, extended");
    play(game, true);
}
