// Turns: who has permits may take them again for a while, and then the first of the queue comes.
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

// A process that waits for a permit, and is stopped as soon as it stands in the queue.
class stopped_waiter {
public:
    explicit stopped_waiter(semaphore& object)
        : object_{object}, waiter_{[&object] {
              const permit mine{object};
              return static_cast<bool>(mine);
          }}
    {
        require([&] { return object_.waiters() == 1; });
        waiter_.gets(SIGSTOP);
        int status = 0;
        EXPECT_EQ(::waitpid(waiter_.pid(), &status, WUNTRACED), waiter_.pid());
    }

    void goes_on() const { waiter_.gets(SIGCONT); }
    [[nodiscard]] child& process() { return waiter_; }

private:
    semaphore& object_;
    child waiter_;
};

// Takes and gives back, until somebody else may have it.
void take_turns_until_the_end(semaphore& object)
{
    require([&] {
        const bool is_mine = object.try_acquire();
        if (is_mine) {
            object.release();
        }
        return !is_mine;
    });
}

TEST(turns, who_keeps_taking_a_permit_may_overtake_the_first_of_the_queue)
{
    auto object = semaphore::anonymous();
    object.acquire();
    stopped_waiter first{object};
    object.release();
    EXPECT_TRUE(object.try_acquire());
    object.release();
    first.goes_on();
    EXPECT_TRUE(first.process().succeeds());
}

TEST(turns, nobody_overtakes_the_first_of_the_queue_from_the_end_of_a_turn_on)
{
    auto object = semaphore::anonymous();
    object.acquire();
    stopped_waiter first{object};
    object.release();
    take_turns_until_the_end(object);
    EXPECT_EQ(object.available(), 1);
    EXPECT_FALSE(object.try_acquire());
    first.goes_on();
    EXPECT_TRUE(first.process().succeeds());
    EXPECT_TRUE(object.try_acquire());
}

TEST(turns, a_first_of_the_queue_that_dies_keeps_nothing_for_itself)
{
    auto object = semaphore::anonymous();
    object.acquire();
    stopped_waiter first{object};
    object.release();
    take_turns_until_the_end(object);
    first.process().ends_by(SIGKILL);
    EXPECT_TRUE(eventually([&] { return object.try_acquire(); }));
}

TEST(turns, an_owner_of_a_mutex_has_turns_too)
{
    auto object = process::mutex::anonymous();
    object.lock();
    child first{[&] {
        object.lock();
        object.unlock();
        return true;
    }};
    require([&] { return object.waiters() == 1; });
    first.gets(SIGSTOP);
    int status = 0;
    ASSERT_EQ(::waitpid(first.pid(), &status, WUNTRACED), first.pid());
    object.unlock();
    require([&] {
        const bool is_mine = object.try_lock();
        if (is_mine) {
            object.unlock();
        }
        return !is_mine;
    });
    first.gets(SIGCONT);
    EXPECT_TRUE(first.succeeds());
}

}  // namespace
}  // namespace signalbox::contract
