// Whoever was let in destroys a mutex or a semaphore at once, while the one that let it in is still inside
// unlock() or release(): no step of theirs may touch it any more.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include <signalbox/mutex.hpp>
#include <signalbox/platform/stop.hpp>
#include <signalbox/semaphore.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t executions_each = 4'000;

struct counted_mutex {
    std::optional<signalbox::mutex> mutex{std::in_place};
    signalbox::mutex other;
    shared_data<int> users;
    platform::stop_source stop;

    explicit counted_mutex(int how_many) : users{how_many} {}

    // Called by the owner: unlocks, and destroys it if nobody else needs it.
    void finish(signalbox::mutex& mine)
    {
        const int left = users.read() - 1;
        users.write(left);
        mine.unlock();
        if (left == 0) {
            mutex.reset();
        }
    }
};

using user = void (*)(counted_mutex&, signalbox::mutex&);

/// Each of these locks the mutex and finishes it; the last one destroys it.
body users_of_a_mutex(std::vector<user> users)
{
    return [=](scenario& s) {
        auto& world = s.make<counted_mutex>(static_cast<int>(users.size()));
        signalbox::mutex* const mutex = &*world.mutex;
        s.name(mutex, "the mutex");
        for (const user run : users) {
            s.thread("user", [&world, mutex, run] { run(world, *mutex); });
        }
        s.finally([&world] { require(!world.mutex.has_value(), "the last one destroyed it"); });
    };
}

void lock(counted_mutex& world, signalbox::mutex& mutex)
{
    mutex.lock();
    world.finish(mutex);
}

void lock_in_turns(counted_mutex& world, signalbox::mutex& mutex)
{
    mutex.lock();
    mutex.unlock();
    lock(world, mutex);
}

void lock_in_time_or_not(counted_mutex& world, signalbox::mutex& mutex)
{
    if (mutex.lock(1ms) != outcome::acquired) {
        mutex.lock();
    }
    world.finish(mutex);
}

// What it may know of its time slice is that of a mutex that is gone.
void lock_and_wait_for_another(counted_mutex& world, signalbox::mutex& mutex)
{
    lock_in_turns(world, mutex);
    world.other.lock();
    world.other.unlock();
}

TEST(destroying, the_last_user_of_a_mutex_destroys_it)
{
    explore_variants("two users", users_of_a_mutex({lock, lock}), executions_each);
    explore_variants("two users, in turns", users_of_a_mutex({lock_in_turns, lock}), executions_each);
    explore_variants("two users, in time or not", users_of_a_mutex({lock_in_time_or_not, lock}),
                     executions_each);
    explore_variants("three users", users_of_a_mutex({lock, lock, lock}), executions_each, 3);
}

TEST(destroying, a_slice_of_a_mutex_that_is_gone_is_given_up_by_its_address)
{
    explore_variants("slices", users_of_a_mutex({lock_and_wait_for_another, lock_and_wait_for_another}),
                     executions_each, 4);
}

struct handed_over {
    std::optional<signalbox::semaphore> semaphore;
    platform::stop_source stop;
    platform::atomic<int> takers;

    handed_over(int initial, fairness order, int how_many) : takers{how_many}
    {
        semaphore.emplace(initial, semaphore_options{.capacity = 4, .fairness = order});
    }

    // Called by who has got all that it will ever want: destroys it if it is the last to say so.
    void finish()
    {
        // E1 acq_rel: orders the uses of the others before the destruction
        if (takers.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            semaphore.reset();
        }
    }
};

using taker = void (*)(handed_over&, signalbox::semaphore&);

body releaser_and_destroyer(fairness order, int released, std::vector<taker> takers, bool stops = false)
{
    return [=](scenario& s) {
        auto& world = s.make<handed_over>(0, order, static_cast<int>(takers.size()));
        signalbox::semaphore* const semaphore = &*world.semaphore;
        s.name(semaphore, "the semaphore");
        for (const taker run : takers) {
            s.thread("taker", [&world, semaphore, run] {
                run(world, *semaphore);
                world.finish();
            });
        }
        s.thread("releaser", [semaphore, released] { semaphore->release(released); });
        if (stops) {
            s.thread("stopper", [&world] { world.stop.request_stop(); });
        }
        s.finally([&world] { require(!world.semaphore.has_value(), "the last one destroyed it"); });
    };
}

void take_one(handed_over& /*world*/, signalbox::semaphore& semaphore)
{
    semaphore.acquire();
}

void take_two(handed_over& /*world*/, signalbox::semaphore& semaphore)
{
    semaphore.acquire(2);
}

void take_in_time_or_not(handed_over& /*world*/, signalbox::semaphore& semaphore)
{
    if (!semaphore.try_acquire_for(1ms)) {
        semaphore.acquire();
    }
}

void take_unless_stopped(handed_over& world, signalbox::semaphore& semaphore)
{
    if (semaphore.acquire(1, world.stop.get_token()) != outcome::acquired) {
        semaphore.acquire();
    }
}

void take_by_polling(handed_over& /*world*/, signalbox::semaphore& semaphore)
{
    pause_until([&semaphore] { return semaphore.try_acquire(); });
}

TEST(destroying, a_permit_is_taken_and_the_semaphore_destroyed_at_once)
{
    for (const fairness order : {fairness::bounded, fairness::fifo}) {
        explore_variants("one", releaser_and_destroyer(order, 1, {take_one}), executions_each);
        explore_variants("by polling", releaser_and_destroyer(order, 1, {take_by_polling}), executions_each);
        explore_variants("two at once", releaser_and_destroyer(order, 2, {take_two}), executions_each);
        explore_variants("in time or not", releaser_and_destroyer(order, 1, {take_in_time_or_not}),
                         executions_each);
    }
}

TEST(destroying, the_last_of_several_takers_destroys_the_semaphore)
{
    for (const fairness order : {fairness::bounded, fairness::fifo}) {
        explore_variants("two takers", releaser_and_destroyer(order, 2, {take_one, take_one}),
                         executions_each, 4);
        explore_variants("one in time or not",
                         releaser_and_destroyer(order, 2, {take_one, take_in_time_or_not}), executions_each,
                         3);
        explore_variants("stopped or not", releaser_and_destroyer(order, 1, {take_unless_stopped}, true),
                         executions_each, 4);
    }
}

}  // namespace
}  // namespace signalbox::simulated
