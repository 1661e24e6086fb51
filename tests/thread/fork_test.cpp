// After fork(2): identities stay right, what other threads owned stays locked, and the child can go on.
//
// Because      The child has one thread, the one that forked. Its parent's others may have been owners,
//              waiters, or in the middle of anything.
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>
#include <signalbox/thread_id.hpp>

#include "../contract/harness.hpp"
#include "../contract/signal_storm.hpp"
#include "in_child.hpp"

namespace signalbox::contract {
namespace {

/// Says whether the other threads of this process, and this one, can lock it by turns.
bool works_between_threads(mutex& subject)
{
    int count = 0;
    const auto add = [&] {
        for (int i = 0; i < 1'000; ++i) {
            const std::lock_guard guard{subject};
            ++count;
        }
    };
    auto one = start(add);
    auto two = start(add);
    add();
    return one.get() && two.get() && count == 3'000;
}

TEST(fork, the_child_owns_what_the_thread_that_forked_owned)
{
    mutex subject;
    subject.lock();
    const thread_id me = this_thread_id();
    EXPECT_EQ(in_child([&] {
                  claims all;
                  all.hold(this_thread_id() == me, "the identity stays");
                  all.hold(subject.owner() == me, "the owner stays");
                  all.hold(
                      refusal(std::errc::resource_deadlock_would_occur, [&] { subject.lock(); }).has_value(),
                      "locking again is refused");
                  subject.unlock();
                  all.hold(subject.owner() == thread_id::none, "it can be unlocked");
                  all.hold(subject.try_lock(), "and locked");
                  subject.unlock();
                  all.hold(works_between_threads(subject), "and used by new threads");
                  return all.broken;
              }),
              "");
    EXPECT_EQ(subject.owner(), me) << "the parent's copy is its own";
    subject.unlock();
}

TEST(fork, what_another_thread_owned_stays_locked_in_the_child)
{
    mutex subject;
    std::atomic<bool> is_locked{false};
    std::atomic<bool> is_over{false};
    auto other = start([&] {
        const std::lock_guard guard{subject};
        is_locked.store(true);
        require([&] { return is_over.load(); });
    });
    require([&] { return is_locked.load(); });
    const thread_id owner = subject.owner();
    EXPECT_EQ(
        in_child([&] {
            claims all;
            all.hold(subject.owner() == owner, "the owner stays");
            all.hold(!subject.try_lock(), "it can't be locked");
            all.hold(subject.lock(1ms) == outcome::timed_out, "nor waited for");
            all.hold(refusal(std::errc::operation_not_permitted, [&] { subject.unlock(); }).has_value(),
                     "nor unlocked by the thread that forked");
            for (int i = 0; i < 100; ++i) {
                auto newcomer = start([&] {
                    return this_thread_id() != owner &&
                           refusal(std::errc::operation_not_permitted, [&] { subject.unlock(); }).has_value();
                });
                all.hold(newcomer.get(), "nor by a new thread, which is somebody else");
            }
            return all.broken;
        }),
        "");
    is_over.store(true);
    EXPECT_TRUE(other.get());
}

TEST(fork, the_threads_that_waited_in_the_parent_do_not_wait_in_the_child)
{
    mutex locked;
    semaphore bounded{0};
    semaphore fifo{0, semaphore_options{.fairness = fairness::fifo}};
    locked.lock();
    std::deque<task<bool>> waiters;
    for (semaphore* each : {&bounded, &fifo}) {
        waiters.emplace_back([each] {
            each->acquire(2);
            return true;
        });
        require([&] { return each->waiters() == 1; });
    }
    waiters.emplace_back([&] {
        const std::lock_guard guard{locked};
        return true;
    });
    ASSERT_TRUE(waiters.back().falls_asleep());
    EXPECT_EQ(in_child([&] {
                  claims all;
                  for (semaphore* each : {&bounded, &fifo}) {
                      all.hold(each->waiters() == 0, "nobody waits");
                      each->release(2);
                      all.hold(each->available() == 2, "nobody is granted anything");
                      all.hold(each->try_acquire(), "so nobody is overtaken");
                      all.hold(each->acquire(1, 10s) == outcome::acquired,
                               "and the other permit is there too");
                  }
                  locked.unlock();
                  all.hold(locked.try_lock(), "nobody was handed the mutex");
                  locked.unlock();
                  all.hold(works_between_threads(locked), "it can be used by new threads");
                  return all.broken;
              }),
              "");
    locked.unlock();
    bounded.release(2);
    fifo.release(2);
}

TEST(fork, a_writer_that_waited_behind_readers_does_not_wait_in_the_child)
{
    shared_mutex read;
    read.lock_shared();
    auto writer = start([&] {
        const std::lock_guard guard{read};
        return true;
    });
    ASSERT_TRUE(writer.falls_asleep());
    EXPECT_EQ(in_child([&] {
                  claims all;
                  read.unlock_shared();
                  all.hold(read.try_lock(), "no writer has reserved it");
                  return all.broken;
              }),
              "");
    read.unlock_shared();
}

TEST(fork, the_threads_that_waited_at_a_condition_do_not_wait_in_the_child)
{
    mutex guard;
    condition_variable condition;
    bool is_open = false;
    int waiting = 0;
    const auto waits = [&] {
        std::unique_lock lock{guard};
        ++waiting;
        condition.wait(lock, [&] { return is_open; });
    };
    const auto are_waiting = [&](int threads) {
        return eventually([&] {
            const std::lock_guard lock{guard};
            return waiting == threads;
        });
    };
    const auto open = [&] {
        const std::lock_guard lock{guard};
        is_open = true;
        condition.notify_all();
    };
    auto one = start(waits);
    auto two = start(waits);
    ASSERT_TRUE(are_waiting(2));
    EXPECT_EQ(in_child([&] {
                  claims all;
                  mutex other;
                  std::unique_lock lock{other};
                  all.hold(condition.wait(lock, 1ms) == outcome::timed_out,
                           "nobody waits with another mutex");
                  condition.notify_one();  // finds nobody
                  auto newcomer = start(waits);
                  all.hold(are_waiting(3), "a thread can wait");
                  open();
                  all.hold(newcomer.get(), "and be notified");
                  return all.broken;
              }),
              "");
    open();
    EXPECT_TRUE(one.get() && two.get());
}

TEST(fork, a_thread_that_span_in_the_parent_is_offered_nothing_in_the_child)
{
    semaphore subject{0};
    std::atomic<bool> is_over{false};
    auto spinner = start([&] {
        while (!is_over.load()) {
            if (subject.try_acquire_for(40us)) {
                return false;
            }
        }
        return true;
    });
    const signal_storm signals{3'000'000};  // holds it where it is, while the process forks
    for (int round = 0; round < 100 && !HasFailure(); ++round) {
        signals.strikes(spinner);
        dawdle(200'000);
        EXPECT_EQ(in_child([&] {
                      claims all;
                      auto waiter = start([&] { subject.acquire(); });
                      all.hold(eventually([&] { return subject.waiters() == 1; }), "a thread can wait");
                      subject.release();
                      all.hold(eventually([&] { return waiter.is_done(); }), "and gets what is released");
                      if (!waiter.is_done()) {
                          subject.release();
                      }
                      return all.broken;
                  }),
                  "")
            << "round " << round;
    }
    is_over.store(true);
    EXPECT_TRUE(spinner.get());
}

TEST(fork, in_the_middle_of_everything_leaves_the_child_able_to_wait_and_wake)
{
    mutex contended;
    semaphore permits{2};
    std::atomic<bool> is_over{false};
    std::atomic<int> rounds{0};
    std::deque<task<bool>> busy;
    for (int i = 0; i < 3; ++i) {
        busy.emplace_back([&] {
            while (!is_over.load()) {
                const std::lock_guard guard{contended};
                ++rounds;
                if (permits.try_acquire_for(10us, 2)) {
                    permits.release(2);
                }
            }
            return true;
        });
    }
    // a thread that begins allocates memory, and AddressSanitizer's allocator does not outlive a fork in the
    // middle of that
    require([&] { return rounds.load() > 1'000; });
    for (int round = 0; round < 50 && !HasFailure(); ++round) {
        EXPECT_EQ(in_child([] {
                      claims all;
                      mutex fresh;
                      semaphore empty{0};
                      all.hold(works_between_threads(fresh), "a mutex works");
                      auto waiter = start([&] { empty.acquire(); });
                      all.hold(eventually([&] { return empty.waiters() == 1; }), "a thread can wait");
                      empty.release();
                      all.hold(waiter.get(), "and be woken");
                      return all.broken;
                  }),
                  "")
            << "round " << round;
    }
    is_over.store(true);
}

}  // namespace
}  // namespace signalbox::contract
