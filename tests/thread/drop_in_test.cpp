// The same code compiles and does the same with the standard library's semaphores and with these.
#include <chrono>
#include <cstddef>
#include <semaphore>
#include <system_error>
#include <thread>
#include <type_traits>

#include <gtest/gtest.h>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

namespace {

using namespace std::chrono_literals;

template <class Semaphore>
class drop_in : public ::testing::Test {
};

using semaphores = ::testing::Types<std::counting_semaphore<8>, signalbox::counting_semaphore<8>,
                                    std::counting_semaphore<>, signalbox::counting_semaphore<>>;
TYPED_TEST_SUITE(drop_in, semaphores);

TYPED_TEST(drop_in, has_the_members_of_the_standard)
{
    static_assert(std::is_constructible_v<TypeParam, std::ptrdiff_t>);
    static_assert(!std::is_convertible_v<std::ptrdiff_t, TypeParam>, "explicit");
    static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
    static_assert(TypeParam::max() >= 8);
    static_assert(noexcept(TypeParam::max()));
    static_assert(noexcept(std::declval<TypeParam&>().try_acquire()));
    static_assert(std::is_void_v<decltype(std::declval<TypeParam&>().acquire())>);
    static_assert(std::is_void_v<decltype(std::declval<TypeParam&>().release(2))>);
    static TypeParam global{2};
    EXPECT_TRUE(global.try_acquire());
    global.release();
}

TYPED_TEST(drop_in, counts_and_times_out_as_the_standard_says)
{
    TypeParam semaphore{2};
    semaphore.acquire();
    EXPECT_TRUE(semaphore.try_acquire());
    EXPECT_FALSE(semaphore.try_acquire());
    EXPECT_FALSE(semaphore.try_acquire_for(1ms));
    EXPECT_FALSE(semaphore.try_acquire_until(std::chrono::steady_clock::now() + 1ms));
    EXPECT_FALSE(semaphore.try_acquire_until(std::chrono::system_clock::now() + 1ms));
    semaphore.release(2);
    EXPECT_TRUE(semaphore.try_acquire_for(1ms));
    EXPECT_TRUE(semaphore.try_acquire_until(std::chrono::steady_clock::now() + 1ms));
    semaphore.release();
    EXPECT_TRUE(semaphore.try_acquire());
}

TYPED_TEST(drop_in, hands_over_between_two_threads)
{
    TypeParam ping{0};
    TypeParam pong{0};
    int count = 0;
    std::thread other{[&] {
        for (int i = 0; i < 100; ++i) {
            while (!ping.try_acquire_for(10ms)) {
            }
            ++count;
            pong.release();
        }
    }};
    for (int i = 0; i < 100; ++i) {
        ping.release();
        while (!pong.try_acquire_for(10ms)) {
        }
        EXPECT_EQ(count, i + 1);
    }
    other.join();
}

TEST(thread_scope, its_objects_are_small_and_constant_initialised)
{
    static_assert(sizeof(signalbox::mutex) == 4);
    static_assert(sizeof(signalbox::semaphore) <= 16);
    static_assert(signalbox::binary_semaphore::max() == 1);
    static_assert(!std::is_copy_constructible_v<signalbox::mutex> &&
                  !std::is_move_constructible_v<signalbox::mutex>);
    static_assert(std::is_nothrow_default_constructible_v<signalbox::mutex>);
    constinit static signalbox::mutex mutex;
    constinit static signalbox::binary_semaphore semaphore{1};
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
    EXPECT_EQ(semaphore.capacity(), 1);
}

TEST(thread_scope, a_semaphore_that_cannot_be_is_refused)
{
    using signalbox::semaphore;
    using signalbox::semaphore_options;
    const auto is_refused = [](std::ptrdiff_t initial, std::ptrdiff_t capacity) {
        try {
            const semaphore made{initial, semaphore_options{.capacity = capacity}};
            return false;
        } catch (const std::system_error& error) {
            return error.code() == std::make_error_code(std::errc::invalid_argument);
        }
    };
    EXPECT_TRUE(is_refused(-1, 1));
    EXPECT_TRUE(is_refused(2, 1));
    EXPECT_TRUE(is_refused(0, -1));
    EXPECT_FALSE(is_refused(0, 0));
    EXPECT_FALSE(is_refused(semaphore::max(), semaphore::max()));
    EXPECT_TRUE(is_refused(0, semaphore::max() + 1));
}

}  // namespace
