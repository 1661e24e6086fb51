// Dining hall: nobody leaves one student alone at the table; extended, nobody sits down there alone either.
#include <mutex>
#include <utility>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>

#include "puzzle.hpp"

namespace {

class hall {
public:
    explicit hall(bool is_extended) : is_extended_{is_extended} {}

    /// Sits down; false when the hall closes and nobody else comes.
    bool dine()
    {
        std::unique_lock lock{mutex_};
        if (!is_extended_ || eating_ > 0) {
            ++eating_;
            news_.notify_all();
            return true;
        }
        if (hungry_ == nobody) {
            const int mine = ++last_number_;
            hungry_ = mine;
            news_.wait(lock, [&] { return hungry_ != mine || is_closed_; });
            return std::exchange(hungry_, hungry_ == mine ? nobody : hungry_) != mine;
        }
        hungry_ = nobody;
        eating_ = 2;  // on behalf of who waited too: neither sits alone even for a moment
        news_.notify_all();
        return true;
    }

    /// Is ready to leave, and leaves when that leaves nobody alone.
    void leave()
    {
        std::unique_lock lock{mutex_};
        puzzle::check(eating_ > 0, "somebody leaves who did not sit");
        --eating_;
        ++ready_;
        news_.notify_all();
        news_.wait(lock, [this] { return eating_ != 1 || ready_ > 1; });
        --ready_;
        puzzle::check(eating_ != 1 || ready_ > 0, "somebody is left alone at the table");
        news_.notify_all();
    }

    [[nodiscard]] int at_table()
    {
        const std::lock_guard lock{mutex_};
        return eating_ + ready_;
    }

    void close()
    {
        const std::lock_guard lock{mutex_};
        is_closed_ = true;
        news_.notify_all();
    }

private:
    const bool is_extended_;
    signalbox::mutex mutex_;
    signalbox::condition_variable news_;
    static constexpr int nobody = 0;
    bool is_closed_ = false;
    int last_number_ = 0;
    int hungry_ = nobody;  // the number of who waits for company
    int eating_ = 0;
    int ready_ = 0;
};

void play(const puzzle::game& game, bool is_extended)
{
    constexpr int students = 5;
    hall shared{is_extended};
    std::atomic<int> meals{0};
    puzzle::crowd threads;
    threads.add(students, [&](int me) {
        puzzle::chance luck{game, me};
        while (meals < students * game.rounds && shared.dine()) {
            puzzle::check(!is_extended || shared.at_table() > 1, "somebody sits at the table alone");
            luck.dawdle();
            shared.leave();
            ++meals;
            luck.dawdle();
        }
        shared.close();  // there are enough meals, and nobody else may come
    });
    threads.await();
    puzzle::check(shared.at_table() == 0, "somebody sits there for ever");
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 40};
    game.play("dining hall");
    play(game, false);
    game.play("dining hall, extended");
    play(game, true);
}
