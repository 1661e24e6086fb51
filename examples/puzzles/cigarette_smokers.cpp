// Cigarette smokers: an agent lays out two of three ingredients, and the one smoker who has the third goes
// on.
//
// Because      The agent signals ingredients, not smokers. A pusher for each ingredient, with what lies on
//              the table under a mutex, finds out whom to wake. Generalized, the agent does not wait for
//              smokers, so the table counts.
#include <array>
#include <mutex>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr std::size_t kinds = 3;

using semaphores = std::array<signalbox::semaphore, kinds>;

semaphores none()
{
    return {signalbox::semaphore{0}, signalbox::semaphore{0}, signalbox::semaphore{0}};
}

class table {
public:
    /// The agent lays out all but one ingredient.
    void lay_out_all_but(std::size_t missing)
    {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            if (kind != missing) {
                ++laid_out_.at(kind);
                ingredient_.at(kind).release();
            }
        }
    }

    /// A pusher takes one ingredient, and wakes the smoker who lacks what it and another one brought.
    void push(std::size_t kind)
    {
        ingredient_.at(kind).acquire();
        const std::lock_guard lock{mutex_};
        for (std::size_t other = 0; other < kinds; ++other) {
            if (other != kind && lying_.at(other) > 0) {
                --lying_.at(other);
                ++pairs_;
                return smoker_.at(kinds - kind - other).release();
            }
        }
        ++lying_.at(kind);
    }

    /// A smoker who has this ingredient smokes once; false when it is over.
    bool smoke(std::size_t has)
    {
        if (smoker_.at(has).acquire(1, signalbox::limit{}) == signalbox::outcome::closed) {
            return false;
        }
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            puzzle::check(kind == has || ++used_.at(kind) <= laid_out_.at(kind),
                          "somebody smokes without the other ingredients");
        }
        ++smoked_;
        return true;
    }

    /// After the last push: waits until all have smoked for whom there are ingredients.
    void clear()
    {
        while (smoked_ < pairs_) {
            std::this_thread::yield();
        }
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            smoker_.at(kind).close();
            puzzle::check(used_.at(kind) + lying_.at(kind) == laid_out_.at(kind), "an ingredient was lost");
            puzzle::check(lying_.at(kind) == 0 || lying_.at((kind + 1) % kinds) == 0,
                          "a smoker was not woken");
        }
    }

    [[nodiscard]] int smoked() const { return smoked_.load(); }

private:
    semaphores ingredient_ = none();
    semaphores smoker_ = none();
    signalbox::mutex mutex_;
    std::array<int, kinds> lying_{};  // guarded by the mutex
    std::atomic<int> pairs_{0};
    std::array<std::atomic<int>, kinds> laid_out_{};
    std::array<std::atomic<int>, kinds> used_{};
    std::atomic<int> smoked_{0};
};

void play(const puzzle::game& game, bool agent_waits)
{
    table shared;
    signalbox::semaphore has_smoked{0};
    puzzle::crowd smokers;
    puzzle::crowd others;
    smokers.add(kinds, [&](int kind) {
        while (shared.smoke(static_cast<std::size_t>(kind))) {
            has_smoked.release();
        }
    });
    others.add(kinds,
               [&](int kind) {  // the agent leaves out each kind in turn, so each is laid out so often:
                   for (int i = 0; i < 2 * game.rounds; ++i) {
                       shared.push(static_cast<std::size_t>(kind));
                   }
               });
    others.add(1, [&](int) {
        puzzle::chance luck{game, 0};
        for (int i = 0; i < 3 * game.rounds; ++i) {
            shared.lay_out_all_but(static_cast<std::size_t>(i % 3));
            luck.dawdle();
            if (agent_waits) {
                has_smoked.acquire();
            }
        }
    });
    others.await();
    shared.clear();
    puzzle::check(!agent_waits || shared.smoked() == 3 * game.rounds, "somebody did not smoke");
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("cigarette smokers");
    play(game, true);
    game.play("cigarette smokers, generalized");
    play(game, false);
}
