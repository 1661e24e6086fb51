// What may be gone is touched only while somebody waits for it (waiting.hpp, Lifetime): every access to the
// word of these cells looks whether a waiter stands in the queue.
#include "core/waiting.hpp"

#include <signalbox/detail/owner_word.hpp>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <optional>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;

struct watched_state {
    using type = owner_word::type;
    const void* address;
    type value;

    void expect_alive() const
    {
        EXPECT_NE(bucket_for(address).first(address, cell_kind::owner), nullptr) << "it may be gone";
    }
    type load(std::memory_order /*any*/) const
    {
        expect_alive();
        return value;
    }
    bool compare_exchange_weak(type& expected, type desired, std::memory_order, std::memory_order)
    {
        expect_alive();
        if (value != expected) {
            expected = value;
            return false;
        }
        value = desired;
        return true;
    }
};

struct watched_cell : owner_cell {
    watched_state state{this, owner_word::queued | owner_word::reserved};  // free, for the first waiter
};

struct an_object_that_may_be_gone : testing::Test {
    watched_cell cell;
    thread_context me;
    std::optional<waiter> who;
    std::optional<parked_line> line;

    /// One that has reserved what is free: it is granted it, and then nobody stands there.
    void let_one_wait()
    {
        who.emplace(&cell, cell_kind::owner, 11U);
        who->is_reserving = true;
        line.emplace(std::initializer_list<waiter*>{&*who});
    }
    void end_slice(bool is_over)
    {
        time_slice::begin(me, cell, 1);
        me.slice_end = me.slice_looked - 1ms;
        me.slice_is_over = is_over;
    }
};

TEST_F(an_object_that_may_be_gone, is_not_touched_by_a_visit_that_finds_nobody)
{
    visit(cell, me);
    serve_queue(cell);
    for (const bool is_over : {false, true}) {
        end_slice(is_over);
        keep_slice(cell, me);
    }
}

TEST_F(an_object_that_may_be_gone, is_not_touched_after_the_last_grant_of_a_visit)
{
    let_one_wait();
    visit(cell, me);
    EXPECT_TRUE(who->is_granted());
}

TEST_F(an_object_that_may_be_gone, is_not_touched_after_the_last_grant_of_who_gives_up_a_slice)
{
    let_one_wait();
    serve_queue(cell);
    EXPECT_TRUE(who->is_granted());
}

TEST_F(an_object_that_may_be_gone, is_not_touched_after_the_last_grant_of_who_stands_aside)
{
    let_one_wait();
    end_slice(true);
    keep_slice(cell, me);
    EXPECT_TRUE(who->is_granted());
}

TEST_F(an_object_that_may_be_gone, is_not_touched_after_an_unlock)
{
    const auto release = [this](owner_word::type forget) {
        cell.state.value &= ~(forget | owner_word::owner);
    };
    release_and_visit(cell, me, release);
    EXPECT_EQ(cell.state.value, 0U);
    cell.state.value = owner_word::queued | owner_word::reserved | 5;
    let_one_wait();
    release_and_visit(cell, me, release);
    EXPECT_TRUE(who->is_granted());
}

TEST(a_slice_of_what_is_gone, is_given_up_by_its_address)
{
    void* const gone = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(gone, MAP_FAILED);
    for (const cell_kind kind : {cell_kind::owner, cell_kind::permits, cell_kind::shared}) {
        thread_context me;
        me.slice_of = gone;
        me.slice_kind = kind;
        time_slice::abandon(me);
        EXPECT_EQ(me.slice_of, nullptr);
    }
    munmap(gone, 4096);
}

}  // namespace
