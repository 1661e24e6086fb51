// After fork(2) the child is a participant of its own that holds nothing.
#include <memory>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

TEST(process_fork, the_child_holds_nothing_and_gives_nothing_back)
{
    auto object = semaphore::anonymous({.capacity = 2});
    auto held = std::make_unique<permit<semaphore>>(object);
    EXPECT_TRUE(child{[&] {
                    held.reset();  // the parent's
                    return object.available() == 1 && object.holders().size() == 1;
                }}.succeeds());
    EXPECT_EQ(object.available(), 1);
    EXPECT_TRUE(child{[&] {
                    const permit mine{object};
                    return object.available() == 0 && object.holders().size() == 2;
                }}.succeeds());
    EXPECT_EQ(object.available(), 1);
    held.reset();
    EXPECT_EQ(object.available(), 2);
}

TEST(process_fork, a_child_that_lives_on_keeps_nothing_of_a_parent_that_died)
{
    auto object = semaphore::anonymous();
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    child parent{[&] {
        const permit held{object};
        const pid_t living = ::fork();
        if (living != 0) {
            return ::write(pipe[1], &living, sizeof living) == sizeof living && sleeps_for_ever();
        }
        ::alarm(100);
        return sleeps_for_ever();
    }};
    pid_t living = 0;
    ASSERT_EQ(::read(pipe[0], &living, sizeof living), ssize_t{sizeof living});
    EXPECT_EQ(object.available(), 0);
    parent.ends_by(SIGKILL);
    EXPECT_TRUE((permit{object, 1, 60s})) << "the child has closed the parent's lock";
    EXPECT_EQ(::kill(living, SIGKILL), 0) << "and lives on";
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST(process_fork, the_child_does_not_own_the_mutex_of_its_parent)
{
    auto object = process::mutex::anonymous();
    object.lock();
    EXPECT_TRUE(child{[&] {
                    return !object.try_lock() && object.lock(1ms) == outcome::timed_out &&
                           refusal(std::errc::operation_not_permitted, [&] { object.unlock(); }).has_value();
                }}.succeeds());
    object.unlock();
}

TEST(process_fork, a_release_in_a_signal_handler_wakes_a_waiter_of_another_process)
{
    static semaphore* object_of_handler = nullptr;
    auto object = semaphore::anonymous({.capacity = 1'000'000, .initial = 0});
    auto done = semaphore::anonymous({.capacity = 1, .initial = 0});
    object_of_handler = &object;
    struct sigaction action {};
    action.sa_handler = [](int) { object_of_handler->release(); };
    ::sigaction(SIGUSR2, &action, nullptr);
    child taker{[&] {
        for (int i = 0; i < 2'000; ++i) {
            object.acquire();
        }
        done.release();
        return true;
    }};
    auto busy = start([&] {  // is interrupted anywhere, also while it holds the room
        for (int i = 0; i < 2'000; ++i) {
            (void)object.acquire(100'000, 1us);
        }
    });
    for (int i = 0; i < 2'000; ++i) {
        ::pthread_kill(busy.is_done() ? ::pthread_self() : busy.handle(), SIGUSR2);
        dawdle(20'000);
    }
    EXPECT_TRUE(busy.get());
    require([&] {
        object.release();  // signals that came together count once
        return done.try_acquire();
    });
    EXPECT_TRUE(taker.succeeds());
}

}  // namespace
}  // namespace signalbox::contract
