// Child care: at most three children for each adult, also when an adult wants to leave. Permits; a
// condition.
//
// Because      An adult brings three permits and takes three with it when it leaves, all at once: two adults
//              that leave can't each hold a part. Extended, children may come in while an adult waits to
//              leave, if the rule allows: a semaphore that serves its queue fairly would make them wait
//              behind it.
#include <mutex>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

class plain {
public:
    void child_comes() { places_.acquire(); }
    void child_goes() { places_.release(); }
    void adult_comes() { places_.release(3); }
    void adult_goes() { places_.acquire(3); }

private:
    signalbox::semaphore places_{0};
};

class extended {
public:
    void child_comes() { static_cast<void>(child_comes({})); }
    signalbox::outcome child_comes(const signalbox::limit& within)
    {
        std::unique_lock lock{mutex_};
        const auto how = news_.wait(lock, within, [this] { return children_ < 3 * adults_; });
        children_ += signalbox::is_acquired(how) ? 1 : 0;
        return how;
    }
    void child_goes() { change(children_, -1); }
    void adult_comes() { change(adults_, 1); }
    void adult_goes()
    {
        std::unique_lock lock{mutex_};
        ++leaving_;
        news_.wait(lock, [this] { return children_ <= 3 * (adults_ - 1); });
        --leaving_;
        --adults_;
    }
    [[nodiscard]] bool somebody_wants_to_leave()
    {
        const std::lock_guard lock{mutex_};
        return leaving_ > 0;
    }

private:
    void change(int& number, int by)
    {
        const std::lock_guard lock{mutex_};
        number += by;
        news_.notify_all();
    }

    signalbox::mutex mutex_;
    signalbox::condition_variable news_;
    int children_ = 0;
    int adults_ = 0;
    int leaving_ = 0;
};

template <class Centre>
void play(const puzzle::game& game, const char* variant)
{
    game.play(variant);
    constexpr int adult = 1000;  // children and adults in one number, which is read at once
    Centre centre;
    std::atomic<int> inside{0};
    std::atomic<int> busy{6};
    puzzle::crowd threads;
    threads.add(6, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            centre.child_comes();
            const int now = inside += 1;
            puzzle::check(now % adult <= 3 * (now / adult), "there are too many children for the adults");
            luck.dawdle();
            inside -= 1;
            centre.child_goes();
        }
        --busy;
    });
    threads.add(2, [&](int me) {
        puzzle::chance luck{game, 6 + me};
        while (busy > 0) {
            inside += adult;
            centre.adult_comes();
            luck.dawdle();
            centre.adult_goes();
            const int now = inside -= adult;
            puzzle::check(now % adult <= 3 * (now / adult), "an adult left too many children");
        }
    });
}

void check_that_a_child_comes_in_while_an_adult_wants_to_leave()
{
    extended centre;
    centre.adult_comes();
    centre.adult_comes();
    for (int i = 0; i < 4; ++i) {
        centre.child_comes();
    }
    puzzle::crowd adult;
    adult.add(1, [&](int) { centre.adult_goes(); });
    while (!centre.somebody_wants_to_leave()) {
        std::this_thread::yield();
    }
    const auto how = centre.child_comes(signalbox::deadline::passed());
    puzzle::check(how == signalbox::outcome::acquired,
                  "a child waits although there are two adults for five");
    centre.child_goes();
    centre.child_goes();
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 50};
    play<plain>(game, "child care");
    play<extended>(game, "child care, extended");
    check_that_a_child_comes_in_while_an_adult_wants_to_leave();
}
