// The graph of long waits, without threads; and what a search changes for a thread that waits.
#include "core/wait_graph.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

#include <signalbox/deadlock.hpp>
#include <signalbox/detail/owner_word.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/waiting.hpp"

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

std::atomic<owner_cell*> told{nullptr};

/// Whoever is told has reserved before, as it were, and its flags are gone: it writes them anew.
void reserve_and_take_the_flags_away(const signalbox::deadlock_error& found)
{
    auto* const cell = static_cast<owner_cell*>(const_cast<void*>(found.cycle()[0].waits_for));
    bucket& place = bucket_for(cell);
    place.lock.lock();
    place.first(cell, cell_kind::owner)->is_reserving = true;
    cell->state.fetch_and(~(owner_word::queued | owner_word::reserved));
    place.lock.unlock();
    told = cell;
}

TEST(who_has_searched, keeps_what_it_has_reserved)
{
    told = nullptr;
    policy.deadlock_after = std::chrono::nanoseconds{1};
    signalbox::set_deadlock_handler(&reserve_and_take_the_flags_away);
    owner_cell cells[] = {{8}, {7}};
    const auto wait_as = [](owner_cell& at, std::uint32_t id) {
        signalbox::platform::this_thread().id = id;
        EXPECT_EQ(acquire(at, id, signalbox::limit{}), signalbox::outcome::acquired);
        signalbox::platform::this_thread() = thread_context{};
    };
    {
        const std::jthread seven{wait_as, std::ref(cells[0]), 7};
        const std::jthread eight{wait_as, std::ref(cells[1]), 8};
        while (told == nullptr || (told.load()->state.load() & owner_word::queued) == 0) {
            std::this_thread::yield();
        }
        EXPECT_NE(told.load()->state.load() & owner_word::reserved, 0U);
        thread_context me;
        for (owner_cell& each : cells) {
            release_and_visit(each, me, [&each](owner_word::type forget) {
                each.state.fetch_and(~(owner_word::owner | forget));
            });
        }
    }
    signalbox::set_deadlock_handler(nullptr);
    policy = waiting_policy{};
}

}  // namespace
