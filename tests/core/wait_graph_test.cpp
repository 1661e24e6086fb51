// The graph of long waits, without threads.
#include "core/wait_graph.hpp"

#include <gtest/gtest.h>

#include <array>

#include <signalbox/detail/owner_word.hpp>

namespace {

using namespace signalbox::detail;

struct a_wait {
    a_wait(const owner_cell& cell, std::uint32_t thread) : who{&cell, cell_kind::owner, thread}, node{who}
    {
        who.thread = thread;
    }
    ~a_wait() { wait_graph::leave(node); }
    a_wait(const a_wait&) = delete;
    a_wait& operator=(const a_wait&) = delete;

    std::size_t search() { return wait_graph::search(node, steps).length; }

    waiter who;
    long_wait node;
    std::array<cycle_step, 4> steps{};
};

struct wait_graph_of_two : testing::Test {
    wait_graph_of_two()
    {
        mine.state.store(1);
        theirs.state.store(2);
    }
    owner_cell mine;
    owner_cell theirs;
};

TEST_F(wait_graph_of_two, finds_the_cycle_when_its_last_wait_enters)
{
    a_wait first{theirs, 1};
    a_wait second{mine, 2};
    EXPECT_EQ(first.search(), 0U);
    EXPECT_EQ(second.search(), 2U);
    EXPECT_EQ(second.steps[0].cell, &mine);
    EXPECT_EQ(second.steps[1].thread, 1U);
    EXPECT_FALSE(second.node.is_entered) << "who finds a cycle leaves the graph";
    EXPECT_EQ(first.search(), 0U) << "so nobody else finds it";
}

TEST_F(wait_graph_of_two, finds_no_cycle_in_a_thread_that_has_just_got_what_it_waits_for)
{
    a_wait granted{mine, 1};
    EXPECT_EQ(granted.search(), 0U);
    a_wait behind{mine, 2};
    EXPECT_EQ(behind.search(), 0U);
}

TEST_F(wait_graph_of_two, forgets_a_wait_that_has_left)
{
    {
        a_wait first{theirs, 1};
        EXPECT_EQ(first.search(), 0U);
    }
    a_wait second{mine, 2};
    EXPECT_EQ(second.search(), 0U);
}

TEST_F(wait_graph_of_two, does_not_report_a_known_cycle_again)
{
    a_wait first{theirs, 1};
    first.node.told = certainty::certain;
    EXPECT_EQ(first.search(), 0U);
    a_wait second{mine, 2};
    EXPECT_EQ(second.search(), 0U);
}

}  // namespace
