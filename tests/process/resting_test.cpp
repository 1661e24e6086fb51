// Permits that rest in the pocket of a thread are free for everybody else, at once and for good.
#include <memory>

#include <sys/mman.h>
#include <unistd.h>

#include <signalbox/platform/uneven_barrier.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"
#include "signpost.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

// Takes and gives back, so that the permits rest unless something speaks against it.
void use(semaphore& object, std::ptrdiff_t n = 1)
{
    for (int i = 0; i < 100'000; ++i) {
        const permit held{object, n};
    }
}

TEST(resting, what_rests_is_free_for_everybody)
{
    auto object = semaphore::anonymous({.capacity = 3});
    use(object, 2);
    EXPECT_EQ(object.available(), 3);
    EXPECT_EQ(object.out(), 0);
    EXPECT_TRUE(object.holders().empty());
    EXPECT_TRUE(child{[&] {
                    const bool is_seen = object.available() == 3 && object.holders().empty();
                    const bool is_taken = object.try_acquire(3);
                    object.release(is_taken ? 3 : 0);
                    return is_seen && is_taken;
                }}.succeeds());
    const permit all{object, 3, std::try_to_lock};
    EXPECT_TRUE(all);
}

TEST(resting, another_number_than_rests_is_taken_as_it_was_asked_for)
{
    auto object = semaphore::anonymous({.capacity = 5});
    use(object);
    for (const std::ptrdiff_t n : {3, 1, 5}) {
        const permit held{object, n};
        EXPECT_EQ(object.available(), 5 - n);
    }
    EXPECT_EQ(object.available(), 5);
}

TEST(resting, a_waiter_gets_what_rests_in_a_process_that_never_calls_again)
{
    auto object = semaphore::anonymous({.capacity = 2});
    signpost done;
    child user{[&] {
        use(object, 2);
        return done.raise() && sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return done.is_raised(); }));
    EXPECT_TRUE((permit{object, 2, 60s}));
    user.gets(SIGSTOP);
    EXPECT_TRUE((permit{object, 2, 60s}));
}

TEST(resting, what_a_permit_holds_does_not_rest)
{
    auto object = semaphore::anonymous({.capacity = 2});
    use(object);
    const permit held{object};
    EXPECT_EQ(object.available(), 1);
    EXPECT_EQ(object.holders().size(), 1U);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { object.release(); }));
    EXPECT_FALSE(object.try_acquire(2));
}

TEST(resting, permits_come_back_whoever_gives_them_back_and_however_divided)
{
    auto object = semaphore::anonymous({.capacity = 6});
    for (int round = 0; round < 100; ++round) {
        use(object, round % 2 + 2);
        permit first{object, 2};
        permit second{object, 3};
        permit part = first.split(1);
        EXPECT_TRUE(start([&] { part.release(); }).get());
        second.merge(std::move(first));
        EXPECT_EQ(second.count(), 4);
        EXPECT_TRUE(start([&] {
                        const permit mine{object, 1};
                        second.release();
                    }).get());
        EXPECT_EQ(object.available(), 6);
        EXPECT_EQ(object.out(), 0);
        EXPECT_TRUE(object.holders().empty());
    }
}

TEST(resting, nothing_rests_in_a_closed_semaphore)
{
    auto object = semaphore::anonymous({.capacity = 2});
    use(object);
    object.close();
    EXPECT_FALSE((permit{object, 1, std::try_to_lock}));
    EXPECT_EQ((permit{object, 1, limit{}}.outcome()), outcome::closed);
    EXPECT_EQ(object.available(), 2);
}

TEST(resting, a_debt_is_paid_with_what_rests)
{
    auto object = semaphore::anonymous({.capacity = 4});
    const permit held{object, 2};
    {
        const permit two{object, 2};
    }
    object.resize(1);
    EXPECT_EQ(object.available(), -1);
    EXPECT_FALSE((permit{object, 1, std::try_to_lock}));
}

TEST(resting, nobody_owns_a_mutex_that_rests)
{
    auto object = process::mutex::anonymous();
    const auto locks_and_unlocks = [&] {
        object.lock();
        object.unlock();
        return object.owner() == process::owner_id::none;
    };
    EXPECT_TRUE(locks_and_unlocks());
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { object.unlock(); }));
    EXPECT_TRUE(start([&] { EXPECT_TRUE(locks_and_unlocks()); }).get());
    child user{[&] { return locks_and_unlocks() && sleeps_for_ever(); }};
    user.ends_by(SIGKILL);
    EXPECT_EQ(object.lock(60s), outcome::acquired) << "its owner did not die: there was none";
    object.unlock();
}

// Two processes that use the one permit in bursts, so that it rests, is gathered, and rests again.
void share_in_bursts()
{
    auto object = semaphore::anonymous();
    auto* const count = static_cast<long*>(
        ::mmap(nullptr, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    constexpr long bursts = 300;
    const auto work = [&] {
        dice chance{static_cast<std::uint32_t>(::getpid())};
        long done = 0;
        for (long i = 0; i < bursts; ++i) {
            for (auto left = chance.below(300); left > 0; --left, ++done) {
                const permit held{object};
                *count += 1;
            }
            dawdle(chance.below(100'000));
        }
        const permit held{object};
        *count -= done;
        return true;
    };
    child first{work};
    child second{work};
    EXPECT_TRUE(first.succeeds());
    EXPECT_TRUE(second.succeeds());
    EXPECT_EQ(*count, 0);
    EXPECT_EQ(object.available(), 1);
    ::munmap(count, sizeof(long));
}

TEST(resting, a_release_that_meets_a_gathering_loses_nothing)
{
    share_in_bursts();
}

TEST(resting, a_system_without_heavy_barriers_takes_a_little_longer)
{
    auto object = semaphore::anonymous();
    signpost done;
    child user{[&] {  // takes part in the barriers that the others do without
        use(object);
        return done.raise() && sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return done.is_raised(); }));
    platform::set_heavy_barriers(false);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE((permit{object, 1, 60s}));
    }
    share_in_bursts();
    platform::set_heavy_barriers(true);
}

}  // namespace
}  // namespace signalbox::contract
