// Eight processes that hold, wait and give up, and are killed at random: in the end every permit is there.
//
// By default a second; SIGNALBOX_SOAK_SECONDS=30 is the whole one, with at least 500 kills.
#include <deque>

#include <signalbox/process/event.hpp>
#include <signalbox/process/recursive_mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

constexpr std::ptrdiff_t capacity = 3;

struct shared_things {
    semaphore bounded = semaphore::anonymous({.capacity = capacity});
    semaphore strict = semaphore::anonymous({.capacity = capacity, .fairness = fairness::fifo});
    process::recursive_mutex lock = process::recursive_mutex::anonymous();
    process::event signal = process::event::anonymous();
};

bool works_for_ever(shared_things& things)
{
    dice chance{static_cast<std::uint32_t>(::getpid())};
    for (;;) {
        const auto within = std::chrono::microseconds{chance.below(500)};
        const auto n = static_cast<std::ptrdiff_t>(chance.below(capacity)) + 1;
        switch (chance.below(5)) {
        case 0: (void)(permit{things.bounded, n, within}); break;
        case 1: (void)(permit{things.strict, n, within}); break;
        case 2: (void)things.signal.wait(within); break;
        case 3:
            things.signal.set();
            things.signal.reset();
            break;
        default:
            if (is_acquired(things.lock.lock(within))) {
                things.lock.lock();
                dawdle(chance.below(2'000));
                things.lock.unlock();
                things.lock.unlock();
            }
        }
        dawdle(chance.below(3'000));
    }
}

void expect_everything(semaphore& object)
{
    EXPECT_EQ(object.available(), capacity);
    EXPECT_EQ(object.out(), 0);
    EXPECT_EQ(object.waiters(), 0);
    EXPECT_TRUE(object.holders().empty());
    EXPECT_TRUE((permit{object, capacity, 60s}));
}

TEST(torture, random_kills_lose_nothing_and_block_nobody)
{
    shared_things things;
    std::deque<child> crowd;
    dice chance{11};
    int kills = 0;
    const auto length = soak_time();
    for (const auto end = clock::now() + length; clock::now() < end || kills < 17 * length / 1s; ++kills) {
        while (crowd.size() < 8) {
            crowd.emplace_back([&] { return works_for_ever(things); });
        }
        dawdle(chance.below(2'000'000));
        crowd.pop_front();
        EXPECT_TRUE((permit{things.bounded, 1, 60s})) << "after " << kills << " kills";
        EXPECT_TRUE((permit{things.strict, 1, 60s})) << "after " << kills << " kills";
        EXPECT_TRUE(is_acquired(things.lock.lock(60s))) << "after " << kills << " kills";
        EXPECT_EQ(things.lock.depth(), 1U);
        things.lock.unlock();
    }
    crowd.clear();
    std::printf("[  kills   ] %d\n", kills);
    RecordProperty("kills", kills);
    expect_everything(things.bounded);
    expect_everything(things.strict);
    things.signal.set();
    EXPECT_EQ(things.signal.wait(60s), outcome::acquired);
    EXPECT_EQ(things.signal.waiters(), 0);
}

}  // namespace
}  // namespace signalbox::contract
