// Call sites and holders: what code that was compiled with SIGNALBOX_SITES=1 says about itself.
#include <atomic>
#include <mutex>
#include <new>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/guarded.hpp>
#include <signalbox/inspect.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "../contract/harness.hpp"
#include "explained.hpp"
#include "in_child.hpp"
#include "sites_off.hpp"

namespace signalbox::contract {
namespace {

static_assert(SIGNALBOX_SITES);
static_assert(sizeof(mutex) == 4, "the switch changes no size");

std::atomic<mutex*> allocator{nullptr};

}  // namespace
}  // namespace signalbox::contract

// An allocator that is locked by a mutex of this library, for one test.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    signalbox::mutex* const lock = signalbox::contract::allocator.load();
    if (lock != nullptr) {
        lock->lock();
    }
    void* const place = ::operator new(size);
    if (lock != nullptr) {
        lock->unlock();
    }
    return place;
}

namespace signalbox::contract {
namespace {

class sites : public testing::Test {
protected:
    sites()
    {
        set_name(cache, "cache");
        set_name(db, "db");
    }
    ~sites() override
    {
        track(true);
        forget_name(cache);
        forget_name(db);
    }

    mutex cache;
    semaphore db{4, {.capacity = 4}};
    const std::string me = "thread " + std::to_string(this_thread_id().value());
};

std::string at(unsigned line)
{
    return " at sites_test.cpp:" + std::to_string(line);
}

TEST_F(sites, every_way_to_lock_says_where)
{
    const std::string owned = "mutex cache: owned by " + me;
    const auto expect = [&](unsigned line) {
        EXPECT_TRUE(is_like(explain(cache), owned + at(line) + " since #"));
        cache.unlock();
        EXPECT_EQ(explain(cache), "mutex cache: free");
    };
    cache.lock();
    expect(__LINE__ - 1);
    EXPECT_TRUE(cache.try_lock());
    expect(__LINE__ - 1);
    EXPECT_TRUE(cache.try_lock_for(1s));
    expect(__LINE__ - 1);
    EXPECT_TRUE(cache.try_lock_until(clock::now()));
    expect(__LINE__ - 1);
    EXPECT_EQ(cache.lock(1s), outcome::acquired);
    expect(__LINE__ - 1);
}

TEST_F(sites, a_guard_of_the_standard_library_has_a_time_and_no_place)
{
    const std::lock_guard guard{cache};
    EXPECT_TRUE(is_like(explain(cache), "mutex cache: owned by " + me + " since #"));
}

TEST_F(sites, a_lock_that_failed_is_nobodys)
{
    const std::lock_guard guard{cache};
    EXPECT_TRUE(start([&] {
                    return !cache.try_lock() && !cache.try_lock_for(1ms) &&
                           cache.lock(1ms) == outcome::timed_out;
                }).get());
    EXPECT_TRUE(is_like(explain(cache), "mutex cache: owned by " + me + " since #"));
    const permit late{db, 4};
    const unsigned line = __LINE__ - 1;
    const permit refused{db, 1, 1ms};
    const permit tried{db, 1, std::try_to_lock};
    EXPECT_TRUE(is_like(explain(db), "semaphore db: 4 of 4 out; held by " + me + " \\(4 permits\\)" +
                                         at(line) + " since #"));
}

TEST_F(sites, a_guarded_value_is_held_where_it_was_locked)
{
    guarded<int> value{1};
    set_name(value.mutex(), "value");
    const auto held = value.lock();
    const unsigned line = __LINE__ - 1;
    EXPECT_TRUE(is_like(explain(value.mutex()), "mutex value: owned by " + me + at(line) + " since #"));
    forget_name(value.mutex());
}

TEST_F(sites, permits_say_who_holds_them_until_they_are_back)
{
    {
        const permit one{db};
        const permit two{db, 2, 1s};
        const unsigned line = __LINE__ - 1;
        EXPECT_TRUE(is_like(explain(db), "semaphore db: 3 of 4 out; held by " + me + at(line - 1) +
                                             " since #, " + me + " \\(2 permits\\)" + at(line) + " since #"));
    }
    EXPECT_EQ(explain(db), "semaphore db: 0 of 4 out");
    db.acquire();
    EXPECT_EQ(explain(db), "semaphore db: 1 of 4 out") << "who takes a bare permit owes it to nobody";
    const permit adopted{db, 1, std::adopt_lock};
    const unsigned line = __LINE__ - 1;
    EXPECT_TRUE(is_like(explain(db), "semaphore db: 1 of 4 out; held by " + me + at(line) + " since #"));
}

TEST_F(sites, permits_that_move_split_and_merge_are_held_once)
{
    permit all{db, 4};
    const unsigned line = __LINE__ - 1;
    const std::string place = me + at(line) + " since #";
    const std::string counted = "semaphore db: 4 of 4 out; held by " + me + " \\(4 permits\\)";
    permit moved{std::move(all)};
    EXPECT_TRUE(is_like(explain(db), counted + at(line) + " since #"));
    permit part = moved.split(1);
    EXPECT_TRUE(is_like(explain(db), "semaphore db: 4 of 4 out; held by (.*\\(3 permits\\).*, " + place +
                                         "|" + place + ", .*\\(3 permits\\).*)"));
    moved.merge(std::move(part));
    EXPECT_TRUE(is_like(explain(db), counted + at(line) + " since #"));
    EXPECT_EQ(moved.forget(), 4);
    EXPECT_EQ(explain(db), "semaphore db: 4 of 4 out");
    permit taken{db, 4, std::adopt_lock};
    const unsigned later = __LINE__ - 1;
    moved = std::move(taken);
    swap(moved, part);
    EXPECT_TRUE(is_like(explain(db), counted + at(later) + " since #"));
    part.release();
    EXPECT_EQ(explain(db), "semaphore db: 0 of 4 out");
}

TEST_F(sites, permits_are_held_by_who_acquired_them)
{
    permit<semaphore> here;
    EXPECT_TRUE(start([&] { here = permit{db, 4}; }).get());
    const unsigned line = __LINE__ - 1;
    EXPECT_TRUE(is_like(explain(db), "semaphore db: 4 of 4 out; held by thread [0-9]+ \\(4 permits\\)" +
                                         at(line) + " since #"));
    EXPECT_EQ(explain(db).find(me + " "), std::string::npos);
}

TEST_F(sites, waiters_say_where_they_wait)
{
    const permit all{db, 4};
    cache.lock();
    std::stop_source stop;
    const auto token = stop.get_token();
    auto one = start([&] { return permit{db, 2, token}.outcome(); });
    const unsigned permit_line = __LINE__ - 1;
    auto two = start([&] { return cache.lock(token); });
    const unsigned lock_line = __LINE__ - 1;
    std::string text;
    require([&] {
        dump([&](std::string_view whole) { text = whole; });
        return text.find("threads that wait: 2") != std::string::npos;
    });
    EXPECT_TRUE(
        std::regex_search(text, std::regex{"thread [0-9]+ waits for 2 permits" + at(permit_line) + " since"}))
        << text;
    EXPECT_TRUE(std::regex_search(text, std::regex{"thread [0-9]+ waits" + at(lock_line) + " since"}))
        << text;
    EXPECT_TRUE(is_like(explain(db), "semaphore db: 4 of 4 out; 1 waiting, longest #; held by " + me +
                                         " \\(4 permits\\).* since #"));
    stop.request_stop();
    EXPECT_EQ(one.get(), outcome::stopped);
    EXPECT_EQ(two.get(), outcome::stopped);
    EXPECT_EQ(start([&] {
                  db.release();
                  const bool is_forgotten = platform::this_thread().site == nullptr;
                  db.acquire();
                  return is_forgotten;
              }).get(),
              true);
    cache.unlock();
}

TEST_F(sites, can_be_switched_off_and_on_while_things_are_held)
{
    cache.lock();
    const permit before{db};
    const unsigned line = __LINE__ - 1;
    track(false);
    EXPECT_FALSE(is_tracking());
    const permit after{db};
    EXPECT_EQ(explain(cache), "mutex cache: owned by " + me);
    EXPECT_TRUE(is_like(explain(db), "semaphore db: 2 of 4 out; held by " + me + at(line) + " since #"));
    cache.unlock();
    cache.lock();
    track(true);
    EXPECT_EQ(explain(cache), "mutex cache: owned by " + me);
    cache.unlock();
    cache.lock();
    EXPECT_TRUE(is_like(explain(cache), "mutex cache: owned by " + me + at(__LINE__ - 1) + " since #"));
    cache.unlock();
}

TEST_F(sites, of_code_without_them_are_left_out_and_never_wrong_about_the_owner)
{
    lock_without_site(cache);
    EXPECT_EQ(explain(cache), "mutex cache: owned by " + me);
    cache.unlock();
    cache.lock();
    unlock_without_site(cache);
    EXPECT_EQ(explain(cache), "mutex cache: free");
    EXPECT_TRUE(start([&] {
                    lock_without_site(cache);
                    const bool is_right = explain(cache).find(at(0).substr(0, 4)) == std::string::npos;
                    unlock_without_site(cache);
                    return is_right;
                }).get());
    cache.lock();
    EXPECT_TRUE(is_like(explain(cache), "mutex cache: owned by " + me + at(__LINE__ - 1) + " since #"));
    cache.unlock();
}

TEST_F(sites, are_noted_though_the_allocator_uses_a_mutex_of_its_own)
{
    mutex inner;
    allocator.store(&inner);
    cache.lock();
    EXPECT_TRUE(is_like(explain(cache), "mutex cache: owned by " + me + at(__LINE__ - 1) + " since #"));
    cache.unlock();
    allocator.store(nullptr);
    EXPECT_EQ(inner.owner(), thread_id::none);
}

TEST_F(sites, are_still_known_in_the_child_of_a_fork)
{
    cache.lock();
    const permit held{db};
    const std::string before = explain(cache).substr(0, 30) + explain(db).substr(0, 30);
    EXPECT_EQ(in_child([&] {
                  claims all;
                  all.hold(explain(cache).substr(0, 30) + explain(db).substr(0, 30) == before, "all is held");
                  cache.unlock();
                  all.hold(explain(cache) == "mutex cache: free", "until it is unlocked");
                  return all.broken;
              }),
              "");
    cache.unlock();
}

TEST_F(sites, can_be_read_while_everything_moves)
{
    std::atomic<bool> is_over{false};
    const auto work = [&] {
        while (!is_over.load()) {
            const std::lock_guard guard{cache};
            permit two{db, 2};
            const permit one = two.split(1);
        }
    };
    auto first = start(work);
    auto second = start(work);
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(explain(db).rfind("semaphore db: ", 0), 0U);
        EXPECT_EQ(explain(cache).rfind("mutex cache: ", 0), 0U);
    }
    is_over.store(true);
    EXPECT_TRUE(first.get() && second.get());
    EXPECT_EQ(explain(db), "semaphore db: 0 of 4 out");
    EXPECT_EQ(explain(cache), "mutex cache: free");
}

}  // namespace
}  // namespace signalbox::contract
