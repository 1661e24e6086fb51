// FIFO barbershop: customers are served in the order in which they came in. A queue of events, one for each.
//
// Because      One semaphore for all would do where it keeps order (fairness::fifo), as long as taking a
//              number and standing in its queue need not be one step. Here they are, so each customer brings
//              its own.
#include <deque>
#include <mutex>

#include <signalbox/event.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "puzzle.hpp"

namespace {

struct customer {
    int number = 0;
    signalbox::event is_called;
};

class shop {
public:
    /// Comes in and is served; false if there is no free chair.
    bool visit()
    {
        customer me;
        {
            const std::lock_guard lock{door_};
            if (queue_.size() == chairs) {
                return false;
            }
            me.number = ++last_number_;
            queue_.push_back(&me);
        }
        customers_.release();
        me.is_called.wait();
        puzzle::check(me.number == ++last_served_, "somebody was served before one who came earlier");
        is_content_.release();
        return true;
    }

    /// Serves the next one; false when the shop has closed.
    bool serve()
    {
        if (customers_.acquire(1, signalbox::limit{}) == signalbox::outcome::closed) {
            return false;
        }
        customer* next = nullptr;
        {
            const std::lock_guard lock{door_};
            puzzle::check(!queue_.empty(), "nobody stands where somebody should");
            next = queue_.front();
            queue_.pop_front();
        }
        next->is_called.set();
        is_content_.acquire();
        return true;
    }

    void close() { customers_.close(); }

private:
    static constexpr std::size_t chairs = 4;

    signalbox::mutex door_;
    std::deque<customer*> queue_;  // guarded by the door
    int last_number_ = 0;          // the same
    signalbox::semaphore customers_{0};
    signalbox::semaphore is_content_{0};
    int last_served_ = 0;  // of the one who is served
};

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("FIFO barbershop");
    constexpr int customers = 7;
    shop barbers;
    int cuts = 0;
    std::atomic<int> visits{0};
    puzzle::crowd crowd;
    puzzle::crowd barber;
    barber.add(1, [&](int) {
        while (barbers.serve()) {
            ++cuts;
        }
    });
    crowd.add(customers, [&](int me) {
        puzzle::chance luck{game, me};
        for (int round = 0; round < game.rounds; ++round) {
            visits += barbers.visit() ? 1 : 0;
            luck.dawdle();
        }
    });
    crowd.await();
    barbers.close();
    barber.await();
    puzzle::check(cuts == visits && visits > 0, "not every customer was served once");
}
