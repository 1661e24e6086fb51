// Which terms of the field the primitives of this scope, and those of the standard library, meet.
#include <mutex>
#include <semaphore>

#include <gtest/gtest.h>

#include <signalbox/concepts.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

namespace {

using namespace signalbox;
using std_semaphore = std::counting_semaphore<8>;

template <class T>
concept full_semaphore =
    timed_semaphore_like<T> && limit_semaphore<T> && textbook_semaphore<T> && observable_semaphore<T>;

static_assert(full_semaphore<semaphore> && full_semaphore<binary_semaphore> &&
              full_semaphore<counting_semaphore<8>>);
static_assert(semaphore_like<std_semaphore> && timed_semaphore_like<std_semaphore>);
static_assert(semaphore_like<std::binary_semaphore>);
static_assert(!counted_semaphore<std_semaphore> && !limit_semaphore<std_semaphore>);
static_assert(!textbook_semaphore<std_semaphore> && !observable_semaphore<std_semaphore>);
static_assert(!semaphore_like<mutex> && !semaphore_like<int>);

static_assert(timed_lockable_like<mutex> && limit_lockable<mutex> && owned_lockable<mutex>);
static_assert(lockable_like<std::mutex> && !timed_lockable_like<std::mutex>);
static_assert(timed_lockable_like<std::timed_mutex> && !limit_lockable<std::timed_mutex>);
static_assert(!owned_lockable<std::timed_mutex> && !lockable_like<semaphore>);

static_assert(permit_like<permit<semaphore>> && permit_like<permit<binary_semaphore>>);
static_assert(!permit_like<std::unique_lock<std::mutex>> && !permit_like<int>);

TEST(concepts, hold_as_asserted_above)
{
    SUCCEED();
}

}  // namespace
