// A process and its children hold together: what it holds is held until the last of them has ended.
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"

namespace signalbox::contract {
namespace {

// A child that holds what `hold` takes, and has a child of its own with the descriptor; that one ends when
// the pipe is closed. Tells both pids through the pipe `said`.
struct family {
    int life[2];
    int said[2];

    family()
    {
        require([&] { return ::pipe(life) == 0 && ::pipe(said) == 0; });
    }

    template <class Object>
    bool begins(Object& object) const
    {
        const int handle = ::dup(object.native_handle());
        const pid_t younger = ::fork();
        if (younger == 0) {
            char nothing = 0;
            ::close(life[1]);
            ::close(said[1]);
            static_cast<void>(::read(life[0], &nothing, 1));
            ::_exit(handle < 0 ? 1 : 0);
        }
        ::close(handle);
        ::close(life[1]);
        const char done = 'y';
        static_cast<void>(!::write(said[1], &done, 1));
        return sleeps_for_ever();
    }

    void has_begun() const
    {
        char done = 0;
        require([&] { return ::read(said[0], &done, 1) == 1; });
    }

    void ends() const { ::close(life[1]); }
};

TEST(children, a_killed_holder_holds_on_while_its_child_has_the_descriptor)
{
    auto object = process::semaphore::anonymous({.capacity = 3});
    const family two;
    child holder{[&] {
        const permit held{object, 2};
        object.hold_with_children();
        return two.begins(object);
    }};
    two.has_begun();
    holder.ends_by(SIGKILL);
    for (int i = 0; i < 10; ++i) {
        ASSERT_EQ(object.available(), 1);
    }
    EXPECT_FALSE(object.try_acquire_for(250ms, 2)) << "the belt, too, leaves it alone";
    ASSERT_EQ(object.holders().size(), 1U);
    EXPECT_EQ(object.holders()[0].count, 2);
    two.ends();
    object.acquire(3);
    object.release(3);
    EXPECT_TRUE(object.holders().empty());
}

TEST(children, without_it_a_killed_holder_gives_back_at_once)
{
    auto object = process::semaphore::anonymous();
    const family two;
    child holder{[&] {
        const permit held{object};
        return two.begins(object);
    }};
    two.has_begun();
    holder.ends_by(SIGKILL);
    EXPECT_EQ(object.available(), 1);
    two.ends();
}

TEST(children, who_holds_alone_again_gives_back_at_once)
{
    auto object = process::semaphore::anonymous();
    const family two;
    child holder{[&] {
        const permit held{object};
        object.hold_with_children();
        object.hold_alone();
        return two.begins(object);
    }};
    two.has_begun();
    holder.ends_by(SIGKILL);
    EXPECT_EQ(object.available(), 1);
    two.ends();
}

TEST(children, the_mutex_of_a_killed_owner_is_recovered_when_its_child_has_ended)
{
    auto object = process::mutex::anonymous();
    const family two;
    child owner{[&] {
        object.lock();
        object.hold_with_children();
        return two.begins(object);
    }};
    two.has_begun();
    const pid_t pid = owner.pid();
    owner.ends_by(SIGKILL);
    EXPECT_EQ(object.lock(limit{250ms}), outcome::timed_out);
    ASSERT_EQ(object.holders().size(), 1U);
    EXPECT_EQ(object.holders()[0].who.pid, pid);
    two.ends();
    EXPECT_EQ(object.lock(limit{}), outcome::owner_died);
    EXPECT_EQ(object.recovered_from()->pid, pid);
    object.unlock();
    EXPECT_TRUE(object.holders().empty());
}

TEST(children, a_holder_that_lives_gives_back_although_its_child_goes_on)
{
    auto object = process::semaphore::anonymous();
    const family two;
    const int handle = ::dup(object.native_handle());
    permit held{object};
    object.hold_with_children();
    child younger{[&] {
        char nothing = 0;
        ::close(two.life[1]);
        return ::read(two.life[0], &nothing, 1) == 0 && handle >= 0;
    }};
    ::close(handle);
    object.hold_alone();
    held.release();
    EXPECT_EQ(object.available(), 1);
    two.ends();
    EXPECT_TRUE(younger.succeeds());
}

}  // namespace
}  // namespace signalbox::contract
