// The same code compiles and does the same with the standard library's condition variable and with this one.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>

#include <gtest/gtest.h>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>

// What a program uses, once from each namespace: the rest of its text is the same.
#define A_PROGRAM_THAT_USES(NAMESPACE)                                                                       \
    struct NAMESPACE##_program {                                                                             \
        using mutex = NAMESPACE::mutex;                                                                      \
        using condition_variable = NAMESPACE::condition_variable;                                            \
        using cv_status = NAMESPACE::cv_status;                                                              \
    }

namespace {

using namespace std::chrono_literals;

A_PROGRAM_THAT_USES(std);
A_PROGRAM_THAT_USES(signalbox);

template <class Program>
class condition_drop_in : public ::testing::Test {
};

using programs = ::testing::Types<std_program, signalbox_program>;
TYPED_TEST_SUITE(condition_drop_in, programs);

TYPED_TEST(condition_drop_in, has_the_members_of_the_standard)
{
    using condition_variable = typename TypeParam::condition_variable;
    static_assert(std::is_default_constructible_v<condition_variable>);
    static_assert(!std::is_copy_constructible_v<condition_variable>);
    static_assert(!std::is_copy_assignable_v<condition_variable>);
    static_assert(noexcept(std::declval<condition_variable&>().notify_one()));
    static_assert(noexcept(std::declval<condition_variable&>().notify_all()));
}

TYPED_TEST(condition_drop_in, passes_items_through_a_queue)
{
    typename TypeParam::mutex mutex;
    typename TypeParam::condition_variable changed;
    std::deque<int> queue;
    std::thread producer{[&] {
        for (int i = 0; i < 1000; ++i) {
            {
                std::lock_guard<typename TypeParam::mutex> guard(mutex);
                queue.push_back(i);
            }
            changed.notify_one();
        }
    }};
    for (int i = 0; i < 1000; ++i) {
        std::unique_lock<typename TypeParam::mutex> lock(mutex);
        changed.wait(lock, [&] { return !queue.empty(); });
        EXPECT_EQ(queue.front(), i);
        queue.pop_front();
    }
    producer.join();
}

TYPED_TEST(condition_drop_in, times_out_as_the_standard_says)
{
    using cv_status = typename TypeParam::cv_status;
    typename TypeParam::mutex mutex;
    typename TypeParam::condition_variable changed;
    std::unique_lock<typename TypeParam::mutex> lock(mutex);
    const auto steady = [] { return std::chrono::steady_clock::now() + 1ms; };
    const auto system = [] { return std::chrono::system_clock::now() + 1ms; };
    EXPECT_EQ(changed.wait_for(lock, 1ms), cv_status::timeout);
    EXPECT_EQ(changed.wait_until(lock, steady()), cv_status::timeout);
    EXPECT_EQ(changed.wait_until(lock, system()), cv_status::timeout);
    EXPECT_FALSE(changed.wait_for(lock, 1ms, [] { return false; }));
    EXPECT_FALSE(changed.wait_until(lock, steady(), [] { return false; }));
    EXPECT_TRUE(changed.wait_until(lock, system(), [] { return true; }));
    EXPECT_TRUE(lock.owns_lock());
}

/// The waits that take a stop token: of condition_variable_any in the standard.
template <class Condition, class Mutex>
void stops(Condition& changed, Mutex& mutex)
{
    std::stop_source source;
    bool was_so = true;
    std::thread waiter{[&] {
        std::unique_lock<Mutex> lock(mutex);
        was_so = changed.wait(lock, source.get_token(), [] { return false; });
    }};
    source.request_stop();
    waiter.join();
    EXPECT_FALSE(was_so);
    std::unique_lock<Mutex> lock(mutex);
    EXPECT_TRUE(changed.wait(lock, source.get_token(), [] { return true; }));
    EXPECT_FALSE(changed.wait_for(lock, source.get_token(), 1h, [] { return false; }));
    const auto later = std::chrono::steady_clock::now() + 1h;
    EXPECT_FALSE(changed.wait_until(lock, source.get_token(), later, [] { return false; }));
}

TEST(condition_drop_in_any, stops_as_the_standard_says)
{
    std::mutex standard_mutex;
    std::condition_variable_any standard;
    stops(standard, standard_mutex);
    signalbox::mutex mutex;
    signalbox::condition_variable ours;
    stops(ours, mutex);
    std::condition_variable_any with_our_mutex;
    stops(with_our_mutex, mutex);
}

TEST(condition_drop_in_any, is_small_and_constant_initialised)
{
    static_assert(sizeof(signalbox::condition_variable) <= 8);
    static_assert(std::is_nothrow_default_constructible_v<signalbox::condition_variable>);
    static_assert(std::is_trivially_destructible_v<signalbox::condition_variable>);
    constinit static signalbox::condition_variable changed;
    changed.notify_all();
}

}  // namespace
