// Deadlocks through a semaphore whose permits are all held by permit objects: suspected, not certain.
#include <array>
#include <atomic>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/inspect.hpp>
#include <signalbox/name.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "deadlock_ring.hpp"

namespace signalbox::contract {
namespace {

struct deadlock_of_permits : deadlock {
    deadlock_of_permits()
    {
        set_deadlock_handler([](const deadlock_error& found) {
            alarms.fetch_add(1);
            throw deadlock_error{found};  // also what is only suspected, which throw_deadlock() does not
        });
    }

    void all_are_ready(int count)
    {
        ready.fetch_add(1);
        require([&] { return ready.load() == count; });
    }

    semaphore one{1, {.capacity = 1, .name = "one"}};
    semaphore two{2, {.capacity = 2, .name = "two"}};
    mutex fork;
    std::atomic<int> ready{0};
};

bool says(const deadlock_error& found, const std::string& text)
{
    return std::string{found.what()}.find(text) != std::string::npos;
}

TEST_F(deadlock_of_permits, is_suspected_between_a_permit_and_a_mutex)
{
    std::atomic<unsigned> holder{0};
    auto has_permit = start([&] {
        holder = this_thread_id().value();
        const permit taken{one};
        all_are_ready(2);
        return told_by([&] { fork.lock(), fork.unlock(); });
    });
    auto has_fork = start([&] {
        const std::unique_lock<mutex> held{fork};
        all_are_ready(2);
        return told_by([&] { const permit wanted{one}; });
    });
    const caught first = has_permit.get();
    const caught second = has_fork.get();
    ASSERT_NE(first.has_value(), second.has_value());
    const deadlock_error& found = first ? *first : *second;
    EXPECT_TRUE(found.is_suspected());
    EXPECT_EQ(found.cycle().size(), 2U);
    EXPECT_TRUE(says(found, "suspected deadlock of 2 threads")) << found.what();
    EXPECT_TRUE(says(found, "for semaphore one, whose permits are held: 1 by thread " +
                                std::to_string(holder.load()) + " since deadlock_permits_test.cpp:"))
        << found.what();
    EXPECT_EQ(alarms.load(), 1);
    EXPECT_EQ(one.available(), 1);
}

TEST_F(deadlock_of_permits, is_suspected_if_several_threads_of_it_hold_all_permits)
{
    const auto holder = [&] {
        return start([&] {
            const permit taken{two};
            all_are_ready(3);
            return told_by([&] { fork.lock(), fork.unlock(); });
        });
    };
    auto first = holder();
    auto second = holder();
    auto third = start([&] {
        const std::unique_lock<mutex> held{fork};
        all_are_ready(3);
        return told_by([&] { const permit wanted{two}; });
    });
    int told = 0;
    for (const caught& each : {first.get(), second.get(), third.get()}) {
        if (each) {
            ++told;
            EXPECT_TRUE(each->is_suspected());
            EXPECT_EQ(each->cycle().size(), 3U) << each->what();
        }
    }
    EXPECT_EQ(told, 1);
    EXPECT_EQ(alarms.load(), 1);
}

TEST_F(deadlock_of_permits, is_none_if_one_of_them_is_held_by_a_thread_that_runs)
{
    permit elsewhere{two};
    auto has_permit = start([&] {
        const permit taken{two};
        all_are_ready(2);
        fork.lock(), fork.unlock();
        return true;
    });
    auto has_fork = start([&] {
        const std::unique_lock<mutex> held{fork};
        all_are_ready(2);
        const permit wanted{two};
        return true;
    });
    require([&] { return two.waiters() == 1; });
    std::this_thread::sleep_for(150ms);  // both have searched; the claim holds however long this takes
    EXPECT_EQ(alarms.load(), 0);
    elsewhere.release();
    EXPECT_TRUE(has_fork.get());
    EXPECT_TRUE(has_permit.get());
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock_of_permits, is_none_if_permits_were_taken_without_an_object)
{
    auto signaller = start([&] {
        one.acquire();
        all_are_ready(2);
        fork.lock(), fork.unlock();
        return true;
    });
    auto has_fork = start([&] {
        const std::unique_lock<mutex> held{fork};
        all_are_ready(2);
        const permit wanted{one};
        return true;
    });
    require([&] { return one.waiters() == 1; });
    std::this_thread::sleep_for(150ms);  // as above
    one.release();
    EXPECT_TRUE(has_fork.get());
    EXPECT_TRUE(signaller.get());
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock_of_permits, is_suspected_of_one_thread_that_takes_what_it_has)
{
    const permit taken{one};
    const caught found = told_by([&] { const permit again{one}; });
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(says(*found, "suspected deadlock of 1 thread,")) << found->what();
}

TEST_F(deadlock_of_permits, is_written_and_not_thrown_unless_a_handler_does)
{
    EXPECT_EXIT(
        {
            set_deadlock_handler(nullptr);
            auto other = start([&] {
                std::this_thread::sleep_for(200ms);
                one.release();  // which is what nobody could know
                return true;
            });
            const permit taken{one};
            one.acquire();
            std::_Exit(other.get() ? 0 : 1);
        },
        testing::ExitedWithCode(0), "suspected deadlock of 1 thread");
}

}  // namespace
}  // namespace signalbox::contract
