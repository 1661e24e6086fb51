// Deadlocks through a shared mutex that is read: readers are known where call sites are on.
#include <atomic>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <signalbox/inspect.hpp>
#include <signalbox/name.hpp>
#include <signalbox/shared_mutex.hpp>

#include "deadlock_ring.hpp"

namespace signalbox::contract {
namespace {

struct deadlock_of_readers : deadlock {
    deadlock_of_readers()
    {
        set_name(table, "table");
        set_name(fork, "fork");
    }
    ~deadlock_of_readers() override
    {
        forget_name(table);
        forget_name(fork);
    }

    /// Until so many stand in the table's queue.
    void until_waiting(int count) const
    {
        require([&] {
            return explain(table).find("; " + std::to_string(count) + " waiting") != std::string::npos;
        });
    }

    shared_mutex table;
    mutex fork;
    std::atomic<int> ready{0};
};

const deadlock_error& the_one_of(const caught& first, const caught& second)
{
    EXPECT_NE(first.has_value(), second.has_value());
    EXPECT_EQ(alarms.load(), 1);
    return first ? *first : *second;
}

bool says(const deadlock_error& found, const std::string& text)
{
    return std::string{found.what()}.find(text) != std::string::npos;
}

TEST_F(deadlock_of_readers, is_found_between_a_reader_and_a_writer)
{
    unsigned line = 0;
    std::atomic<unsigned> reader_id{0};
    auto reader = start([&] {
        reader_id = this_thread_id().value();
        table.lock_shared(), line = __LINE__;
        ready.fetch_add(1);
        require([&] { return ready.load() == 2; });
        const caught found = told_by([&] { fork.lock(), fork.unlock(); });
        table.unlock_shared();
        return found;
    });
    auto writer = start([&] {
        fork.lock();
        ready.fetch_add(1);
        require([&] { return ready.load() == 2; });
        const caught found = told_by([&] { table.lock(), table.unlock(); });
        fork.unlock();
        return found;
    });
    const caught one = reader.get();
    const caught other = writer.get();
    const deadlock_error& found = the_one_of(one, other);
    EXPECT_EQ(found.cycle().size(), 2U);
    EXPECT_FALSE(found.is_suspected());
    EXPECT_TRUE(says(found, "for shared_mutex table, which thread " + std::to_string(reader_id.load()) +
                                " reads since deadlock_readers_test.cpp:" + std::to_string(line)))
        << found.what();
    EXPECT_TRUE(says(found, "owns since deadlock_readers_test.cpp:")) << found.what();
}

TEST_F(deadlock_of_readers, is_found_if_a_thread_reads_again_behind_a_writer)
{
    std::atomic<unsigned> writer_id{0};
    table.lock_shared();
    auto writer = start([&] {
        writer_id = this_thread_id().value();
        return told_by([&] { table.lock(), table.unlock(); });
    });
    until_waiting(1);
    const caught mine = told_by([&] { table.lock_shared(), table.unlock_shared(); });
    table.unlock_shared();
    const caught theirs = writer.get();
    const deadlock_error& found = the_one_of(mine, theirs);
    EXPECT_TRUE(says(found, "for shared_mutex table behind thread " + std::to_string(writer_id.load()) +
                                ", which waits to write"))
        << found.what();
}

TEST_F(deadlock_of_readers, is_found_in_one_thread_that_reads_and_then_writes)
{
    table.lock_shared();
    const caught found = told_by([&] { table.lock(), table.unlock(); });
    table.unlock_shared();
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->cycle().size(), 1U);
    EXPECT_TRUE(says(*found, "deadlock of 1 thread\n")) << found->what();
    EXPECT_TRUE(table.try_lock());
    table.unlock();
}

TEST_F(deadlock_of_readers, is_found_if_the_upgrader_waits_for_one_of_several)
{
    table.lock_shared();  // a reader that has nothing to do with it
    auto reader = start([&] {
        table.lock_shared();
        ready.fetch_add(1);
        require([&] { return ready.load() == 2; });
        const caught found = told_by([&] { fork.lock(), fork.unlock(); });
        table.unlock_shared();
        return found;
    });
    auto upgrader = start([&] {
        table.lock_upgrade();
        fork.lock();
        ready.fetch_add(1);
        require([&] { return ready.load() == 2; });
        const caught found = told_by([&] {
            table.unlock_upgrade_and_lock();
            table.unlock_and_lock_upgrade();
        });
        fork.unlock();
        table.unlock_upgrade();
        return found;
    });
    require([] { return alarms.load() == 1; });
    table.unlock_shared();
    const caught one = reader.get();
    const caught other = upgrader.get();
    EXPECT_EQ(the_one_of(one, other).cycle().size(), 2U);
}

TEST_F(deadlock_of_readers, is_found_after_a_downgrade)
{
    auto reader = start([&] {
        table.lock();
        table.downgrade();
        ready.fetch_add(1);
        require([&] { return ready.load() == 2; });
        const caught found = told_by([&] { fork.lock(), fork.unlock(); });
        table.unlock_shared();
        return found;
    });
    fork.lock();
    ready.fetch_add(1);
    require([&] { return ready.load() == 2; });
    const caught mine = told_by([&] { table.lock(), table.unlock(); });
    fork.unlock();
    const caught theirs = reader.get();
    EXPECT_TRUE(says(the_one_of(mine, theirs), " reads since ")) << "what it was locked for is forgotten";
}

TEST_F(deadlock_of_readers, is_none_while_a_reader_runs_or_has_left)
{
    table.lock_shared();
    auto former = start([&] {
        table.lock_shared();
        table.unlock_shared();
        const std::unique_lock<mutex> held{fork};
        ready.fetch_add(1);
        table.lock();
        table.unlock();
        return true;
    });
    require([&] { return ready.load() == 1; });
    until_waiting(1);
    std::this_thread::sleep_for(150ms);  // it has searched; the claim holds however long this takes
    table.unlock_shared();
    EXPECT_TRUE(former.get());
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock_of_readers, is_none_behind_a_writer_whose_time_will_be_over)
{
    table.lock_upgrade();
    auto writer = start([&] { return table.try_lock_for(300ms); });
    until_waiting(1);
    auto reader = start([&] {
        const std::unique_lock<mutex> held{fork};
        ready.fetch_add(1);
        table.lock_shared();  // behind the writer, and not behind who holds it for upgrade
        table.unlock_shared();
        return true;
    });
    require([&] { return ready.load() == 1; });
    until_waiting(2);
    fork.lock();
    fork.unlock();
    table.unlock_upgrade();
    EXPECT_FALSE(writer.get());
    EXPECT_TRUE(reader.get());
    EXPECT_EQ(alarms.load(), 0);
}

TEST_F(deadlock_of_readers, is_not_looked_for_without_tracking)
{
    track(false);
    table.lock_shared();
    auto writer = start([&] {
        const std::unique_lock<mutex> held{fork};
        ready.fetch_add(1);
        return is_acquired(table.lock(limit{200ms}));
    });
    require([&] { return ready.load() == 1; });
    fork.lock();  // until the writer's time is over
    fork.unlock();
    table.unlock_shared();
    EXPECT_FALSE(writer.get());
    track(true);
    EXPECT_EQ(alarms.load(), 0);
}

}  // namespace
}  // namespace signalbox::contract
