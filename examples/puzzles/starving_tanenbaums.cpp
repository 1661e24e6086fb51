// Starving Tanenbaums: in his solution four philosophers can starve the fifth; order of hunger forbids it.
#include <array>
#include <atomic>
#include <mutex>

#include <signalbox/event.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr std::size_t seats = 5;

/// Who is hungry eats when neither neighbour does; if it is fair, and neither was hungry before.
class table {
public:
    explicit table(bool is_fair) : is_fair_{is_fair} {}

    void become_hungry(std::size_t me)
    {
        const std::lock_guard lock{mutex_};
        states_.at(me) = state::hungry;
        since_.at(me) = ++time_;
        call();
    }
    void wait_to_eat(std::size_t me) { may_eat_.at(me).wait(); }
    void get_up(std::size_t me)
    {
        const std::lock_guard lock{mutex_};
        states_.at(me) = state::thinking;
        call();
    }

private:
    enum class state { thinking, hungry, eating };

    bool stands_back(std::size_t one, std::size_t other) const
    {
        return states_.at(other) == state::eating ||
               (is_fair_ && states_.at(other) == state::hungry && since_.at(other) < since_.at(one));
    }
    void call()
    {
        for (std::size_t one = 0; one < seats; ++one) {
            if (states_.at(one) == state::hungry && !stands_back(one, (one + 1) % seats) &&
                !stands_back(one, (one + seats - 1) % seats)) {
                states_.at(one) = state::eating;
                may_eat_.at(one).set();
            }
        }
    }

    const bool is_fair_;
    signalbox::mutex mutex_;
    std::array<state, seats> states_{};  // guarded by the mutex, as what follows
    std::array<int, seats> since_{};
    int time_ = 0;
    std::array<signalbox::auto_reset_event, seats> may_eat_{};
};

/// What one tells another, as often as it happens.
struct mark : signalbox::semaphore {
    mark() : counting_semaphore{0} {}
};
using marks = std::array<mark, seats>;

/// Philosophers who eat until they are told to get up, and are hungry again at once.
class party {
public:
    explicit party(bool is_fair) : table_{is_fair}
    {
        come(2);
        come(4);
        sits(2);
        sits(4);
        for (const std::size_t one : {0U, 1U, 3U}) {
            come(one);
        }
    }
    ~party()
    {
        is_over_ = true;
        for (auto& each : get_up_) {
            each.release(2);
        }
        philosophers_.await();
    }
    party(const party&) = delete;
    party& operator=(const party&) = delete;

    void gets_up(std::size_t who)
    {
        get_up_.at(who).release();
        is_hungry_.at(who).acquire();
    }
    void sits(std::size_t who) { sits_.at(who).acquire(); }
    [[nodiscard]] int meals(std::size_t who) const { return meals_.at(who); }

private:
    void come(std::size_t who)
    {
        philosophers_.add(1, [this, who](int) { dine(who); });
        is_hungry_.at(who).acquire();
    }
    void dine(std::size_t me)
    {
        while (!is_over_) {
            table_.become_hungry(me);
            is_hungry_.at(me).release();
            table_.wait_to_eat(me);
            puzzle::check(forks_.at(me).enter() == 1 && forks_.at((me + 1) % seats).enter() == 1,
                          "two eat with the same fork");
            ++meals_.at(me);
            sits_.at(me).release();
            get_up_.at(me).acquire();
            forks_.at(me).leave();
            forks_.at((me + 1) % seats).leave();
            table_.get_up(me);
        }
    }

    table table_;
    std::atomic<bool> is_over_{false};
    std::array<puzzle::place, seats> forks_;
    std::array<std::atomic<int>, seats> meals_{};
    marks is_hungry_;
    marks sits_;
    marks get_up_;
    puzzle::crowd philosophers_;
};

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 200};
    game.play("starving Tanenbaums");
    {
        party five{false};
        for (int round = 0; round < game.rounds; ++round) {
            for (const auto& [up, down] : {std::array{2U, 1U}, {4U, 3U}, {3U, 4U}, {1U, 2U}}) {
                five.gets_up(up);
                five.sits(down);
            }
        }
        puzzle::check(five.meals(0) == 0, "the fifth has eaten in spite of all");
    }
    game.play("starving Tanenbaums, in order of their hunger");
    party five{true};
    five.gets_up(2);
    five.gets_up(4);
    five.sits(0);
    puzzle::check(five.meals(1) == 0, "a neighbour has eaten who was hungry later");
}
