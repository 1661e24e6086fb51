// Room party: the dean comes in if nobody is there, or too many; then nobody else comes in until all have
// gone.
#include <mutex>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>

#include "puzzle.hpp"

namespace {

constexpr int many = 4;

class room {
public:
    template <class Enter>
    void student_comes(Enter enter)
    {
        std::unique_lock lock{mutex_};
        news_.wait(lock, [this] { return !is_dean_inside_; });
        enter();
        ++students_;
        news_.notify_all();
    }
    void student_goes()
    {
        const std::lock_guard lock{mutex_};
        --students_;
        news_.notify_all();
    }

    /// Comes in, and clears or searches the room.
    template <class Enter, class Leave>
    void dean_visits(Enter enter, Leave leave)
    {
        std::unique_lock lock{mutex_};
        news_.wait(lock, [this] { return students_ == 0 || students_ >= many; });
        puzzle::check(students_ == 0 || students_ >= many, "the dean came in without a reason");
        is_dean_inside_ = true;
        enter();
        news_.wait(lock, [this] { return students_ == 0; });
        leave();
        is_dean_inside_ = false;
        news_.notify_all();
    }

private:
    signalbox::mutex mutex_;
    signalbox::condition_variable news_;
    int students_ = 0;
    bool is_dean_inside_ = false;
};

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("room party");
    constexpr int students = 7;
    room shared;
    puzzle::place inside;
    std::atomic<bool> is_dean_there{false};
    puzzle::crowd threads;
    threads.add(students, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            shared.student_comes([&] {
                puzzle::check(!is_dean_there, "somebody comes in while the dean is there");
                inside.enter();
            });
            luck.dawdle();
            inside.leave();
            shared.student_goes();
            luck.dawdle();
        }
    });
    threads.add(1, [&](int) {
        puzzle::chance luck{game, students};
        for (int visit = 0; visit < game.rounds; ++visit) {
            shared.dean_visits(
                [&] {
                    is_dean_there = true;
                    luck.dawdle();
                },
                [&] {
                    puzzle::check(inside.inside() == 0, "the dean goes while somebody is still there");
                    is_dean_there = false;
                });
            luck.dawdle();
        }
    });
    threads.await();
    puzzle::check(inside.inside() == 0, "somebody is still there");
}
