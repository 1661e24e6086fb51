// Producers and consumers share a buffer, without an end or with a few places. Semaphores count items and
// places.
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

constexpr int producers = 2;
constexpr int consumers = 2;

class buffer {
public:
    explicit buffer(std::optional<int> places) : places_{places.value_or(1'000'000)} {}

    void put(int item)
    {
        spaces_.acquire();
        {
            const std::lock_guard lock{mutex_};
            items_.push_back(item);
            puzzle::check(items_.size() <= static_cast<std::size_t>(places_), "the buffer is overfull");
        }
        ready_.release();  // not before: a consumer that is woken finds the item
    }

    int take()
    {
        ready_.acquire();
        int item = 0;
        {
            const std::lock_guard lock{mutex_};
            puzzle::check(!items_.empty(), "somebody takes from an empty buffer");
            item = items_.front();
            items_.pop_front();
        }
        spaces_.release();
        return item;
    }

private:
    int places_;
    signalbox::semaphore ready_{0};
    signalbox::semaphore spaces_{places_};
    signalbox::mutex mutex_;
    std::deque<int> items_;
};

void play(const puzzle::game& game, std::optional<int> places)
{
    buffer shared{places};
    const int each = game.rounds * consumers;
    std::vector<std::atomic<int>> seen(static_cast<std::size_t>(each * producers));
    puzzle::crowd threads;
    threads.add(producers, [&](int me) {
        puzzle::chance luck{game, me};
        for (int i = 0; i < each; ++i) {
            luck.dawdle();
            shared.put(me * each + i);
        }
    });
    threads.add(consumers, [&](int me) {
        puzzle::chance luck{game, producers + me};
        std::vector<int> last(producers, -1);
        for (int i = 0; i < each * producers / consumers; ++i) {
            const int item = shared.take();
            int& before = last.at(static_cast<std::size_t>(item / each));
            puzzle::check(before < item, "items of one producer are out of order");
            before = item;
            ++seen.at(static_cast<std::size_t>(item));
            luck.dawdle();
        }
    });
    threads.await();
    for (const auto& count : seen) {
        puzzle::check(count == 1, "an item was lost, or taken twice");
    }
}

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 100};
    game.play("producers and consumers, infinite buffer");
    play(game, std::nullopt);
    game.play("producers and consumers, finite buffer");
    play(game, 3);
}
