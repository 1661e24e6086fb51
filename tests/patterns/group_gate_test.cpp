// A group gate lets in whole groups only, and nobody waits in vain for one who has gone.
#include <deque>
#include <functional>
#include <set>

#include <signalbox/patterns/group_gate.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

constexpr std::size_t hydrogen = 0;
constexpr std::size_t oxygen = 1;

struct seen {
    outcome how = outcome::timed_out;
    std::uint64_t group = 0;
    std::size_t seat = 0;
};

class group_gate_contract : public ::testing::Test {
protected:
    using gate = group_gate<2>;

    gate water_{{2, 1}};

    /// A thread that enters and leaves.
    static task<seen> enters(gate& at, std::size_t kind, const limit& within = {})
    {
        return task<seen>{entering(at, kind, within)};
    }
    static std::function<seen()> entering(gate& at, std::size_t kind, const limit& within = {})
    {
        return [&at, kind, within] {
            const auto mine = at.enter(kind, within);
            return seen{mine.outcome(), mine.group(), mine.seat()};
        };
    }
    [[nodiscard]] static bool waits(const gate& at, std::size_t kind, std::size_t threads)
    {
        return eventually([&] { return at.waiters(kind) == threads; });
    }
};

TEST_F(group_gate_contract, lets_nobody_in_until_a_group_is_complete_and_then_all_of_it)
{
    auto first = enters(water_, hydrogen);
    auto second = enters(water_, oxygen);
    ASSERT_TRUE(waits(water_, hydrogen, 1) && waits(water_, oxygen, 1));
    EXPECT_FALSE(first.is_done() || second.is_done());
    const auto third = water_.enter(hydrogen);
    const seen a = first.get();
    const seen b = second.get();
    EXPECT_TRUE(third);
    EXPECT_EQ(std::set({a.group, b.group, third.group()}), std::set<std::uint64_t>{1});
    EXPECT_EQ(std::set({a.seat, b.seat, third.seat()}), (std::set<std::size_t>{0, 1, 2}));
    EXPECT_FALSE(third.is_captain());
    EXPECT_EQ(water_.waiters(hydrogen) + water_.waiters(oxygen), 0U);
}

TEST_F(group_gate_contract, takes_those_first_who_came_first)
{
    auto first = enters(water_, oxygen);
    ASSERT_TRUE(waits(water_, oxygen, 1));
    auto second = enters(water_, oxygen);
    ASSERT_TRUE(waits(water_, oxygen, 2));
    auto one = enters(water_, hydrogen);
    auto two = enters(water_, hydrogen);
    EXPECT_EQ(first.get().group, 1U);
    EXPECT_FALSE(second.is_done());
    EXPECT_EQ(one.get().group + two.get().group, 2U);
    auto three = enters(water_, hydrogen);
    auto four = enters(water_, hydrogen);
    EXPECT_EQ(second.get().group, 2U);
}

TEST_F(group_gate_contract, who_gave_up_is_in_no_group)
{
    platform::stop_source stop;
    EXPECT_EQ(water_.enter(hydrogen, 1ms).outcome(), outcome::timed_out);
    EXPECT_FALSE(water_.try_enter(hydrogen));
    auto stopped = enters(water_, hydrogen, stop.get_token());
    auto patient = enters(water_, oxygen);
    ASSERT_TRUE(waits(water_, hydrogen, 1) && waits(water_, oxygen, 1));
    stop.request_stop();
    EXPECT_EQ(stopped.get().how, outcome::stopped);
    EXPECT_EQ(water_.enter(hydrogen, stop.get_token()).outcome(), outcome::stopped) << "before it came";
    auto other = enters(water_, hydrogen);
    ASSERT_TRUE(waits(water_, hydrogen, 1));
    EXPECT_FALSE(patient.is_done()) << "those who gave up do not count";
    EXPECT_TRUE(water_.try_enter(hydrogen)) << "it completes the group";
    EXPECT_EQ(patient.get().how, outcome::acquired);
}

TEST_F(group_gate_contract, lets_in_each_allowed_composition_and_no_other)
{
    gate boat{{4, 0}, {2, 2}, {0, 4}};
    std::deque<task<seen>> crew;
    for (const std::size_t kind : {0U, 0U, 0U, 1U}) {
        crew.emplace_back(entering(boat, kind));
    }
    ASSERT_TRUE(waits(boat, 0, 3) && waits(boat, 1, 1)) << "three and one are no crew";
    EXPECT_TRUE(boat.try_enter(1)) << "two and two";
    EXPECT_TRUE(waits(boat, 0, 1) && waits(boat, 1, 0));
    for (int i = 0; i < 3; ++i) {
        crew.emplace_back(entering(boat, 0));
    }
    for (auto& one : crew) {
        EXPECT_EQ(one.get().how, outcome::acquired);
    }
}

TEST_F(group_gate_contract, with_space_for_one_group_the_next_enters_when_all_have_left)
{
    gate pair({{1, 1}}, group_space::one);
    gate::membership others;
    auto other = start([&] { others = pair.enter(1); });
    auto mine = pair.enter(0);
    EXPECT_TRUE(other.get());
    auto next_one = enters(pair, 0);
    auto next_two = enters(pair, 1);
    ASSERT_TRUE(waits(pair, 0, 1) && waits(pair, 1, 1)) << "complete, and there is no room";
    EXPECT_FALSE(pair.enter(0, 1ms));
    mine.leave();
    mine.leave();  // a second time is nothing
    EXPECT_FALSE(pair.try_enter(0));
    EXPECT_EQ(pair.waiters(0), 1U);
    others = gate::membership{};
    EXPECT_EQ(next_one.get().group, 2U);
    EXPECT_EQ(next_two.get().group, 2U);
}

TEST_F(group_gate_contract, each_group_has_one_captain)
{
    gate pair{{2, 0}};
    auto other = task<bool>{[&] { return pair.enter(0).is_captain(); }};
    const bool is_mine = pair.enter(0).is_captain();
    EXPECT_NE(is_mine, other.get());
    EXPECT_FALSE(gate::membership{}.is_captain());
}

TEST_F(group_gate_contract, refuses_groups_of_nobody_and_kinds_that_there_are_not)
{
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [] { gate{{2, 1}, {0, 0}}; }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [] { gate({}, group_space::one); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [this] { static_cast<void>(water_.enter(2)); }));
}

}  // namespace
}  // namespace signalbox::contract
