// Participants of two namespaces of process ids, all with the same numbers, are told apart.
#include <memory>
#include <thread>

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"
#include "signpost.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

// A process in a namespace of its own, in which it is number 1, with a /proc of its own.
template <class Function>
bool run_as_first(Function function)
{
    if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) {
        return false;
    }
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    child first{[&] {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing else ends the first process of a namespace
        ::mount("proc", "/proc", "proc", 0, nullptr);
        return ::getpid() == 1 && function();
    }};
    return first.succeeds();
}

bool may_have_namespaces()
{
    child tries{[] { return ::unshare(CLONE_NEWPID | CLONE_NEWNS) == 0; }};
    return tries.succeeds();
}

TEST(pid_namespaces, a_killed_process_is_not_taken_for_a_living_one_with_its_number)
{
    if (!may_have_namespaces()) {
        GTEST_SKIP() << "this user may not make namespaces of process ids";
    }
    auto object = semaphore::anonymous({.capacity = 3});
    child lives{[&] {  // both are number 1 for themselves
        return run_as_first([&] {
            const permit held{object};
            return sleeps_for_ever();
        });
    }};
    ASSERT_TRUE(eventually([&] { return object.available() == 2; }));
    EXPECT_TRUE(child{[&] {
                    return run_as_first([&] {
                        auto held = std::make_unique<permit<semaphore>>(object);
                        (void)held.release();  // it ends with it
                        return object.available() == 1;
                    });
                }}.succeeds());
    EXPECT_TRUE((permit{object, 2, 60s})) << "of the dead one, by its file lock";
    EXPECT_EQ((permit{object, 3, 350ms}.outcome()), outcome::timed_out) << "the other one lives";
    ASSERT_EQ(object.holders().size(), 1U);
    EXPECT_EQ(object.holders()[0].who.pid, 1);
    lives.ends_by(SIGKILL);
}

TEST(pid_namespaces, a_waiter_in_another_namespace_gets_the_permit_of_a_killed_holder)
{
    if (!may_have_namespaces()) {
        GTEST_SKIP() << "this user may not make namespaces of process ids";
    }
    auto object = semaphore::anonymous();
    child holder{[&] {
        const permit held{object};
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.available() == 0; }));
    child waiter{[&] { return run_as_first([&] { return bool(permit{object, 1, 60s}); }); }};
    ASSERT_TRUE(eventually([&] { return object.waiters() == 1; }));
    holder.ends_by(SIGKILL);
    EXPECT_TRUE(waiter.succeeds());
    EXPECT_EQ(object.available(), 1);
}

TEST(pid_namespaces, a_living_process_whose_marking_thread_is_gone_keeps_its_permit)
{
    if (!may_have_namespaces()) {
        GTEST_SKIP() << "this user may not make namespaces of process ids";
    }
    auto object = semaphore::anonymous();
    signpost gone;
    child holder{[&] {
        return run_as_first([&] {
            permit<semaphore> held;
            std::thread marks{[&] {
                held = permit{object};
                ::syscall(SYS_exit, 0);  // the kernel marks it: no hook of the thread's end has run
            }};
            marks.join();
            return gone.raise() && sleeps_for_ever();
        });
    }};
    ASSERT_TRUE(eventually([&] { return gone.is_raised(); }));
    // here number 1 is somebody else, or nobody: that says nothing of the holder
    EXPECT_EQ((permit{object, 1, 350ms}.outcome()), outcome::timed_out);
    EXPECT_EQ(object.available(), 0);
    holder.ends_by(SIGKILL);
    EXPECT_TRUE((permit{object, 1, 60s}));
}

}  // namespace
}  // namespace signalbox::contract
