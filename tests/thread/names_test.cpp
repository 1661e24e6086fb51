// Names: of objects by their address, of threads by their identity.
#include <signalbox/name.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <pthread.h>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

TEST(names, an_object_without_a_name_has_an_empty_one)
{
    const mutex subject;
    EXPECT_EQ(name_of(subject), "");
}

TEST(names, an_object_has_the_name_that_it_was_given_last)
{
    mutex subject;
    semaphore other{1};
    set_name(subject, "cache");
    set_name(other, "db");
    EXPECT_EQ(name_of(subject), "cache");
    EXPECT_EQ(name_of(other), "db");
    set_name(subject, std::string(1000, 'x'));
    EXPECT_EQ(name_of(subject), std::string(1000, 'x'));
    forget_name(subject);
    EXPECT_EQ(name_of(subject), "");
    set_name(other, "");
    EXPECT_EQ(name_of(other), "");
}

TEST(names, a_part_without_a_name_goes_by_that_of_the_whole)
{
    struct {
        int before = 0;
        mutex inner;
    } whole;
    set_name(whole, "account");
    EXPECT_EQ(name_of(whole.inner), "account");
    set_name(whole.inner, "balance");
    EXPECT_EQ(name_of(whole.inner), "balance");
    EXPECT_EQ(name_of(whole), "account");
    forget_name(whole.inner);
    forget_name(whole);
    EXPECT_EQ(name_of(whole.inner), "");
}

TEST(names, stay_with_the_address_until_they_are_forgotten)
{
    alignas(mutex) unsigned char place[sizeof(mutex)];
    set_name(*std::construct_at(reinterpret_cast<mutex*>(place)), "first");
    std::destroy_at(reinterpret_cast<mutex*>(place));
    const auto* const second = std::construct_at(reinterpret_cast<mutex*>(place));
    EXPECT_EQ(name_of(*second), "first");
    forget_name(*second);
    EXPECT_EQ(name_of(*second), "");
}

TEST(names, many_objects_keep_theirs_apart)
{
    std::deque<mutex> all(2000);
    for (std::size_t i = 0; i < all.size(); ++i) {
        set_name(all[i], std::to_string(i));
    }
    for (std::size_t i = 0; i < all.size(); i += 2) {
        forget_name(all[i]);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(name_of(all[i]), i % 2 == 0 ? "" : std::to_string(i));
        forget_name(all[i]);
    }
}

TEST(names, can_be_given_and_read_by_threads_at_once)
{
    const mutex subject;
    race(
        2000, [&](int round) { set_name(subject, round % 2 == 0 ? "even" : std::string(200, 'o')); },
        [&](int round) { round % 3 == 0 ? forget_name(subject) : set_name(subject, "else"); },
        [&](int) {
            const std::string name = name_of(subject);
            ASSERT_TRUE(name.empty() || name == "even" || name == "else" || name == std::string(200, 'o'));
        });
    forget_name(subject);
}

TEST(names, of_a_thread_last_until_it_ends)
{
    std::atomic<bool> is_named{false};
    std::atomic<bool> is_over{false};
    auto worker = start([&] {
        set_thread_name("a worker with a long name");
        is_named.store(true);
        require([&] { return is_over.load(); });
        char kernel[16];
        pthread_getname_np(pthread_self(), kernel, sizeof kernel);
        return std::pair{this_thread_id(), std::string{kernel}};
    });
    require([&] { return is_named.load(); });
    is_over.store(true);
    const auto [id, kernel] = worker.get();
    EXPECT_EQ(kernel, "a worker with a");
    EXPECT_EQ(thread_name(id), "") << "it has ended";
}

TEST(names, of_a_thread_are_known_to_others)
{
    std::atomic<std::uint32_t> named{0};
    std::atomic<std::uint32_t> kernel_named{0};
    std::atomic<std::uint32_t> unnamed{0};
    std::atomic<bool> is_over{false};
    const auto until_over = [&](std::atomic<std::uint32_t>& id) {
        id.store(this_thread_id().value());
        require([&] { return is_over.load(); });
    };
    auto one = start([&] {
        set_thread_name("first of the workers");
        until_over(named);
    });
    auto two = start([&] {
        pthread_setname_np(pthread_self(), "second");
        until_over(kernel_named);
    });
    auto three = start([&] { until_over(unnamed); });
    require([&] { return named.load() != 0 && kernel_named.load() != 0 && unnamed.load() != 0; });
    EXPECT_EQ(thread_name(thread_id{named.load()}), "first of the workers");
    EXPECT_EQ(thread_name(thread_id{kernel_named.load()}), "second");
    EXPECT_EQ(thread_name(thread_id{unnamed.load()}), "") << "the program's name is nobody's own";
    is_over.store(true);
}

}  // namespace
}  // namespace signalbox::contract
