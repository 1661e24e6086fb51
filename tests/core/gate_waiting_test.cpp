// How a thread waits at a gate, as far as it depends on its last wait there.
#include "core/gate.hpp"

#include <signalbox/detail/latch_word.hpp>
#include <signalbox/platform/this_thread.hpp>

#include <gtest/gtest.h>

#include "../contract/harness.hpp"
#include "core/waiting.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;
using signalbox::outcome;
using signalbox::contract::require;
using signalbox::contract::start;

constexpr auto relaxed = std::memory_order_relaxed;

struct a_gate : testing::Test {
    latch_cell cell{latch_word::make(1)};
    thread_context& me = signalbox::platform::this_thread();

    ~a_gate() override
    {
        policy = waiting_policy{};
        me.slow_gate = nullptr;
    }

    static void let_spin_for(std::chrono::nanoseconds time) { policy.spin_least = policy.spin_most = time; }
    outcome wait_for(std::chrono::nanoseconds time) { return wait_at(cell, 0, signalbox::limit{time}); }
};

TEST_F(a_gate, at_which_a_wait_was_long_is_remembered)
{
    let_spin_for(1ns);
    EXPECT_EQ(wait_for(1ms), outcome::timed_out);
    EXPECT_EQ(me.slow_gate, &cell);
}

TEST_F(a_gate, at_which_a_wait_was_no_longer_than_it_would_spin_is_not_remembered)
{
    me.slow_gate = &cell;
    let_spin_for(24h);
    EXPECT_EQ(wait_for(1ms), outcome::timed_out);
    EXPECT_EQ(me.slow_gate, nullptr);
}

TEST_F(a_gate, that_is_open_is_not_slow)
{
    me.slow_gate = &cell;
    cell.state.store(latch_word::make(0), relaxed);
    EXPECT_EQ(wait_for(24h), outcome::acquired);
    EXPECT_EQ(me.slow_gate, nullptr);
}

TEST_F(a_gate, that_was_slow_is_slept_at_without_spinning)
{
    let_spin_for(24h);
    auto waiter = start([this] {
        signalbox::platform::this_thread().slow_gate = &cell;
        return wait_for(24h);
    });
    require([this] { return count_waiters(cell) == 1; });
    // E1 release: pairs with the waiter's look
    if ((cell.state.fetch_sub(latch_word::one, std::memory_order_release) & latch_word::queued) != 0) {
        let_through(cell);
    }
    EXPECT_EQ(waiter.get(), outcome::acquired);
}

}  // namespace
