// Since when holders hold: what is told is true, and told where somebody waits.
#include <stop_token>

#include <signalbox/platform/liveness.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

using namespace std::chrono_literals;
using process::semaphore;
using std::chrono::nanoseconds;

nanoseconds now()
{
    return nanoseconds{platform::boot_nanoseconds()};
}

// Of the one process that holds something.
template <class Object>
nanoseconds held_since(const Object& object)
{
    const auto holders = object.holders();
    require([&] { return holders.size() == 1; });
    return holders[0].held_since;
}

// Another thread waits in vain, for as many as there are.
void waits_in_vain(semaphore& object)
{
    std::stop_source stop;
    auto other = start([&] { return object.acquire(object.capacity(), stop.get_token()); });
    require([&] { return object.waiters() == 1; });
    stop.request_stop();
    EXPECT_EQ(other.get(), outcome::stopped);
}

TEST(sightings, a_hold_that_nobody_has_waited_for_has_no_time)
{
    auto object = semaphore::anonymous();
    const permit held{object};
    EXPECT_EQ(held_since(object), 0ns);
    EXPECT_NE(object.holders()[0].who.since, 0ns);
}

TEST(sightings, who_waits_tells_since_when_the_permit_has_been_held_at_least)
{
    auto object = semaphore::anonymous();
    const permit held{object};
    const nanoseconds before = now();
    waits_in_vain(object);
    const nanoseconds seen = held_since(object);
    EXPECT_GE(seen, before);
    EXPECT_LE(seen, now());
    waits_in_vain(object);
    EXPECT_EQ(held_since(object), seen) << "the first sighting says most";
}

TEST(sightings, who_has_waited_tells_when_its_hold_began)
{
    auto object = semaphore::anonymous();
    permit held{object};
    std::atomic<bool> has_read{false};
    auto other = start([&] {
        const permit mine{object};
        require([&] { return has_read.load(); });
        return true;
    });
    require([&] { return object.waiters() == 1; });
    const nanoseconds before = now();
    held.release();
    require([&] { return object.waiters() == 0 && object.holders().size() == 1; });
    EXPECT_GE(held_since(object), before);
    has_read.store(true);
    EXPECT_TRUE(other.get());
}

TEST(sightings, a_later_hold_is_not_shown_with_the_time_of_an_earlier_one)
{
    auto object = semaphore::anonymous();
    permit held{object};
    waits_in_vain(object);
    ASSERT_NE(held_since(object), 0ns);
    held.release();
    const permit again{object};
    EXPECT_EQ(held_since(object), 0ns);
}

TEST(sightings, a_hold_that_rested_in_between_is_a_later_one)
{
    auto object = semaphore::anonymous({.capacity = 2});
    permit held{object};
    waits_in_vain(object);
    const nanoseconds first = held_since(object);
    ASSERT_NE(first, 0ns);
    auto other = start([&] {  // alone for so long that permits rest again
        for (int i = 0; i < 200'000; ++i) {
            const permit second{object};
        }
        return true;
    });
    EXPECT_TRUE(other.get());
    held.release();
    const permit again{object};
    EXPECT_EQ(held_since(object), 0ns);
}

TEST(sightings, nothing_is_told_where_one_thread_gave_back_what_another_one_had)
{
    auto object = semaphore::anonymous({.capacity = 3});
    permit first{object, 2};
    permit second = first.split(1);
    auto other = start([&] {
        second.release();
        return true;
    });
    EXPECT_TRUE(other.get());
    waits_in_vain(object);
    EXPECT_EQ(object.holders()[0].count, 1);
    EXPECT_EQ(held_since(object), 0ns);
}

TEST(sightings, the_owner_of_a_mutex_is_seen_too)
{
    auto object = process::mutex::anonymous();
    object.lock();
    EXPECT_EQ(held_since(object), 0ns);
    const nanoseconds before = now();
    std::stop_source stop;
    auto other = start([&] { return object.lock(limit{stop.get_token()}); });
    require([&] { return object.waiters() == 1; });
    stop.request_stop();
    EXPECT_EQ(other.get(), outcome::stopped);
    EXPECT_GE(held_since(object), before);
    object.unlock();
}

}  // namespace
}  // namespace signalbox::contract
