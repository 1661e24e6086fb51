// Call sites of the mutexes that may be locked more than once at a time.
#include <string>

#include <gtest/gtest.h>

#include <signalbox/inspect.hpp>
#include <signalbox/name.hpp>
#include <signalbox/recursive_mutex.hpp>
#include <signalbox/shared_mutex.hpp>

#include "../contract/harness.hpp"
#include "explained.hpp"

namespace signalbox::contract {
namespace {

static_assert(sizeof(shared_mutex) == 8, "the switch changes no size");

struct shared_sites : testing::Test {
    shared_sites() { set_name(table, "table"); }
    ~shared_sites() override { forget_name(table); }

    [[nodiscard]] bool is_said(const std::string& how, unsigned line) const
    {
        return is_like(explain(table), "shared_mutex table: " + how +
                                           " at shared_sites_test.cpp:" + std::to_string(line) + " since #");
    }

    shared_mutex table;
    const std::string me = "thread " + std::to_string(this_thread_id().value());
    const std::string owned = "owned by " + me;
    const std::string read = "1 reading; read by " + me;
};

TEST_F(shared_sites, every_way_to_write_says_where)
{
    const auto expect = [&](unsigned line) {
        EXPECT_TRUE(is_said(owned, line)) << explain(table);
        table.unlock();
        EXPECT_EQ(explain(table), "shared_mutex table: free");
    };
    table.lock();
    expect(__LINE__ - 1);
    EXPECT_TRUE(table.try_lock());
    expect(__LINE__ - 1);
    EXPECT_TRUE(table.try_lock_for(1s));
    expect(__LINE__ - 1);
    EXPECT_EQ(table.lock(1s), outcome::acquired);
    expect(__LINE__ - 1);
}

TEST_F(shared_sites, every_way_to_read_says_where)
{
    const auto expect = [&](unsigned line) {
        EXPECT_TRUE(is_said(read, line)) << explain(table);
        table.unlock_shared();
        EXPECT_EQ(explain(table), "shared_mutex table: free");
    };
    table.lock_shared();
    expect(__LINE__ - 1);
    EXPECT_TRUE(table.try_lock_shared());
    expect(__LINE__ - 1);
    EXPECT_TRUE(table.try_lock_shared_until(clock::now() + 1s));
    expect(__LINE__ - 1);
    EXPECT_EQ(table.lock_shared(1s), outcome::acquired);
    expect(__LINE__ - 1);
}

TEST_F(shared_sites, a_change_of_mode_is_where_it_is_held_from)
{
    table.lock_upgrade();
    const unsigned line = __LINE__ - 1;
    table.unlock_upgrade_and_lock();
    EXPECT_TRUE(is_said(owned, line)) << explain(table);
    table.downgrade();
    EXPECT_TRUE(is_said(read, __LINE__ - 1)) << explain(table);
    table.unlock_shared();
    EXPECT_EQ(explain(table), "shared_mutex table: free");
}

TEST_F(shared_sites, a_recursive_mutex_is_owned_from_where_it_was_first_locked)
{
    recursive_mutex again;
    again.lock();
    const std::string line = std::to_string(__LINE__ - 1);
    again.lock();
    EXPECT_TRUE(is_like(explain(again), "recursive_mutex 0x[0-9a-f]+: owned by " + me +
                                            " at shared_sites_test.cpp:" + line + " since #"))
        << explain(again);
    again.unlock();
    again.unlock();
}

}  // namespace
}  // namespace signalbox::contract
