// The releaser's side of waiting without threads: which word, and which waiters, each step leaves.
#include "core/serving.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "../contract/harness.hpp"
#include "../thread/in_child.hpp"
#include "records.hpp"

namespace {

using namespace signalbox::detail;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto both_flags = owner_word::queued | owner_word::reserved;

/// A cell and those who stand in its queue.
template <class Cell>
struct queue_of {
    using word = typename Cell::word;
    Cell& cell;
    bucket& place = bucket_for(&cell);
    parked_line line;
    wake_list wakes;

    queue_of(Cell& of, std::initializer_list<waiter*> who) : cell{of}, line{who} {}

    waiter* first() { return place.first(&cell, Cell::kind); }
    typename word::type now() const { return cell.state.load(relaxed); }
    void write(typename word::type to) { cell.state.store(to, relaxed); }
    void serve(bool hands_over = false) { signalbox::detail::serve(cell, place, wakes, hands_over); }
};

struct at_a_mutex : testing::Test {
    owner_cell cell;
    waiter one{&cell, cell_kind::owner, 11};
    waiter two{&cell, cell_kind::owner, 12};
};

struct at_a_semaphore : testing::Test {
    permit_cell cell{{permit_word::make(3, false)}, {3}};  // none of three is free
    waiter one{&cell, cell_kind::permits, 1};
    waiter two{&cell, cell_kind::permits, 1};
    waiter three{&cell, cell_kind::permits, 1};

    void free(std::int64_t n, permit_word::type flags)
    {
        cell.state.store(permit_word::make(3 - n, false) | flags, relaxed);
    }
    std::int64_t available() const { return 3 - permit_word::out_of(cell.state.load(relaxed)); }
};

TEST_F(at_a_mutex, flags_are_written_for_the_first_waiter)
{
    constexpr auto rest = owner_word::spinning | 5;
    cell.state.store(rest, relaxed);
    EXPECT_EQ(set_flags(cell, &one), rest | owner_word::queued);
    EXPECT_EQ(cell.state.load(relaxed), rest | owner_word::queued);
    one.is_reserving = true;
    EXPECT_EQ(set_flags(cell, &one), rest | both_flags);
    EXPECT_EQ(cell.state.load(relaxed), rest | both_flags);
    EXPECT_EQ(set_flags(cell, &two), rest | owner_word::queued) << "the reservation was another's";
    EXPECT_EQ(set_flags(cell, nullptr), rest);
    EXPECT_EQ(cell.state.load(relaxed), rest);
}

TEST_F(at_a_semaphore, who_wants_several_or_stands_under_fifo_reserves)
{
    const waiter several{&cell, cell_kind::permits, 2};
    constexpr auto both = permit_word::queued | permit_word::reserved;
    EXPECT_EQ(flags_for<permit_cell>(&one, permit_word::make(3, false)), permit_word::queued);
    EXPECT_EQ(flags_for<permit_cell>(&several, permit_word::make(3, false)), both);
    EXPECT_EQ(flags_for<permit_cell>(&one, permit_word::make(3, true)), both);
    EXPECT_EQ(flags_for<permit_cell>(nullptr, permit_word::make(3, true)), 0U);
    EXPECT_EQ(flags_for<permit_cell>(nullptr, permit_word::closed), permit_word::reserved);
}

TEST_F(at_a_mutex, what_is_free_is_offered_to_the_first_alone)
{
    queue_of<owner_cell> queue{cell, {&one, &two}};
    queue.write(owner_word::queued);
    queue.serve();
    EXPECT_EQ(state_of(one), waiter::called);
    EXPECT_EQ(state_of(two), waiter::parked);
    EXPECT_EQ(queue.now(), owner_word::queued) << "it may still be taken by anybody";
    EXPECT_EQ(queue.first(), &one);
}

TEST_F(at_a_mutex, what_is_owned_is_offered_to_nobody)
{
    queue_of<owner_cell> queue{cell, {&one}};
    for (const auto flags : {owner_word::queued, both_flags}) {
        for (const bool hands_over : {false, true}) {
            queue.write(flags | 5);
            queue.serve(hands_over);
            EXPECT_EQ(state_of(one), waiter::parked);
            EXPECT_EQ(queue.now(), flags | 5);
        }
    }
}

TEST_F(at_a_mutex, who_is_awake_is_not_told_again)
{
    queue_of<owner_cell> queue{cell, {&one, &two}};
    one.state.store(waiter::awake, relaxed);
    queue.write(owner_word::queued);
    queue.serve();
    EXPECT_EQ(state_of(one), waiter::awake);
    EXPECT_EQ(state_of(two), waiter::parked) << "the one that is awake will take it";
}

TEST_F(at_a_mutex, what_a_spinner_will_take_is_offered_to_nobody)
{
    queue_of<owner_cell> queue{cell, {&one}};
    for (const bool hands_over : {false, true}) {
        queue.write(owner_word::queued | owner_word::spinning);
        queue.serve(hands_over);
        EXPECT_EQ(state_of(one), waiter::parked);
        EXPECT_EQ(queue.now(), owner_word::queued | owner_word::spinning);
    }
}

TEST_F(at_a_mutex, what_is_reserved_is_handed_to_the_first)
{
    queue_of<owner_cell> queue{cell, {&one, &two}};
    queue.write(both_flags | owner_word::spinning);
    queue.serve();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(queue.first(), &two);
    EXPECT_EQ(state_of(two), waiter::parked);
    EXPECT_EQ(queue.now(), owner_word::queued | owner_word::spinning | 11);
}

TEST_F(at_a_mutex, the_reservation_of_the_next_one_is_written_when_the_first_is_served)
{
    queue_of<owner_cell> queue{cell, {&one, &two}};
    two.is_reserving = true;
    queue.write(both_flags);
    queue.serve();
    EXPECT_EQ(queue.now(), both_flags | 11);
}

TEST_F(at_a_mutex, the_last_one_that_is_served_leaves_no_flag)
{
    queue_of<owner_cell> queue{cell, {&one}};
    queue.write(both_flags);
    queue.serve();
    EXPECT_TRUE(one.is_granted());
    EXPECT_EQ(queue.first(), nullptr);
    EXPECT_EQ(queue.now(), 11U);
}

TEST_F(at_a_semaphore, as_many_are_called_as_there_are_permits)
{
    queue_of<permit_cell> queue{cell, {&one, &two, &three}};
    free(2, permit_word::queued);
    queue.serve();
    EXPECT_EQ(state_of(one), waiter::called);
    EXPECT_EQ(state_of(two), waiter::called);
    EXPECT_EQ(state_of(three), waiter::parked);
    EXPECT_EQ(available(), 2);
}

TEST_F(at_a_semaphore, a_spinner_and_who_is_awake_count_as_called)
{
    queue_of<permit_cell> queue{cell, {&one, &two, &three}};
    one.state.store(waiter::awake, relaxed);
    free(3, permit_word::queued | permit_word::spinning);
    queue.serve();
    EXPECT_EQ(state_of(one), waiter::awake);
    EXPECT_EQ(state_of(two), waiter::called);
    EXPECT_EQ(state_of(three), waiter::parked);
}

TEST_F(at_a_semaphore, a_spinner_leaves_what_a_shortage_does_not_give_it_to_nobody)
{
    queue_of<permit_cell> queue{cell, {&one}};
    free(0, permit_word::queued | permit_word::spinning);
    queue.serve(true);
    EXPECT_EQ(state_of(one), waiter::parked);
    EXPECT_EQ(available(), 0);
}

TEST_F(at_a_semaphore, a_hand_over_goes_to_as_many_as_there_are_permits)
{
    queue_of<permit_cell> queue{cell, {&one, &two, &three}};
    free(2, permit_word::queued);
    queue.serve(true);
    EXPECT_TRUE(one.is_granted());
    EXPECT_TRUE(two.is_granted());
    EXPECT_EQ(state_of(three), waiter::parked);
    EXPECT_EQ(queue.now(), permit_word::make(3, false) | permit_word::queued);
}

TEST_F(at_a_semaphore, a_large_request_at_the_head_is_not_passed_by)
{
    waiter large{&cell, cell_kind::permits, 2};
    queue_of<permit_cell> queue{cell, {&large, &one}};
    free(1, permit_word::queued | permit_word::reserved);
    queue.serve();
    EXPECT_EQ(state_of(large), waiter::parked);
    EXPECT_EQ(state_of(one), waiter::parked);
    free(3, permit_word::queued | permit_word::reserved);
    queue.serve();
    EXPECT_TRUE(large.is_granted());
    EXPECT_EQ(state_of(one), waiter::called) << "what is left is offered";
    EXPECT_EQ(queue.now(), permit_word::make(2, false) | permit_word::queued);
}

TEST(in_the_child_of_a_fork, nobody_trusts_in_a_spinner)
{
    const auto there_is_one = [] { return has_spinner<permit_word>(permit_word::spinning); };
    EXPECT_TRUE(there_is_one());
    EXPECT_EQ(signalbox::contract::in_child([&] { return std::string{there_is_one() ? "it does" : ""}; }),
              "");
}

}  // namespace
