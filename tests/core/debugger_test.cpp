// A dump from a debugger: a thread that was stopped inside the table holds up nobody.
#include <signalbox/inspect.hpp>

#include <string>

#include <gtest/gtest.h>

#include <signalbox/detail/permit_word.hpp>

#include "core/parking_table.hpp"

namespace signalbox::detail {
namespace {

std::string dumped_to_stderr()
{
    testing::internal::CaptureStderr();
    dump_from_debugger();
    return testing::internal::GetCapturedStderr();
}

TEST(debugger, sees_the_waiters_of_a_bucket_that_is_locked)
{
    permit_cell cell{permit_word::make(3, false), 3};
    waiter who{&cell, cell_kind::permits, 2};
    who.thread = 77;
    who.since = std::chrono::steady_clock::now();
    bucket& place = bucket_for(&cell);
    place.lock.lock();
    place.push(who);
    const std::string text = dumped_to_stderr();  // the bucket is still locked, as by a stopped thread
    place.remove(who);
    place.lock.unlock();
    EXPECT_NE(text.find("3 of 3 out; 1 waiting, longest 0.0 s\n  thread 77 waits for 2 permits since"),
              std::string::npos)
        << text;
}

TEST(debugger, leaves_every_bucket_as_it_found_it)
{
    permit_cell cell{permit_word::make(0, false), 1};
    bucket& place = bucket_for(&cell);
    place.lock.lock();
    EXPECT_EQ(dumped_to_stderr(), "signalbox: no thread waits\n");
    EXPECT_FALSE(place.lock.try_lock(1)) << "it was not its own to unlock";
    place.lock.unlock();
    EXPECT_TRUE(place.lock.try_lock(1));
    place.lock.unlock();
    const whole_table all;  // every other bucket was unlocked: this does not hang
}

}  // namespace
}  // namespace signalbox::detail
