// Search-insert-delete: searchers with everybody but deleters, one inserter at a time, deleters alone. A
// shared mutex.
//
// Because      Who searches or inserts shares the list; inserters keep each other out by a mutex besides.
#include <mutex>
#include <shared_mutex>

#include <signalbox/mutex.hpp>
#include <signalbox/shared_mutex.hpp>

#include "puzzle.hpp"

namespace {

class list {
public:
    void search(puzzle::chance& luck)
    {
        const std::shared_lock reading{mutex_};
        puzzle::check(deleters_.inside() == 0, "somebody searches while another one deletes");
        searchers_.stay(luck, 3, "there are more searchers than there are");
    }

    void insert(puzzle::chance& luck)
    {
        const std::shared_lock reading{mutex_};
        const std::lock_guard alone{inserting_};
        puzzle::check(deleters_.inside() == 0, "somebody inserts while another one deletes");
        inserters_.stay(luck, 1, "two insert at the same time");
        ++length_;
        ++inserted_;
    }

    void remove_all(puzzle::chance& luck)
    {
        const std::lock_guard alone{mutex_};
        puzzle::check(searchers_.inside() + inserters_.inside() == 0, "somebody deletes beside others");
        deleters_.stay(luck, 1, "two delete at the same time");
        deleted_ += length_;
        length_ = 0;
    }

    [[nodiscard]] int inserted() const { return inserted_; }
    [[nodiscard]] bool is_whole() const { return length_ + deleted_ == inserted_; }

private:
    signalbox::shared_mutex mutex_;
    signalbox::mutex inserting_;
    puzzle::place searchers_;
    puzzle::place inserters_;
    puzzle::place deleters_;
    int length_ = 0;  // changed by inserters and deleters
    int inserted_ = 0;
    int deleted_ = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("search-insert-delete");
    list shared;
    puzzle::crowd threads;
    threads.add(7, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            me < 3 ? shared.search(luck) : me < 5 ? shared.insert(luck) : shared.remove_all(luck);
            luck.dawdle();
        }
    });
    threads.await();
    puzzle::check(shared.inserted() == 2 * game.rounds && shared.is_whole(), "an item was lost");
}
