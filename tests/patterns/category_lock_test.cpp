// A category lock lets in many of one kind, never two kinds, and gives each kind its turn.
#include <array>
#include <deque>
#include <mutex>

#include <signalbox/concepts.hpp>
#include <signalbox/patterns/category_lock.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

static_assert(limit_lockable<category_lock<2>::category>);

class category_lock_contract : public ::testing::Test {
protected:
    category_lock<3> lock_;

    template <class Lock>
    static task<bool> comes(Lock& to, std::size_t kind)
    {
        return task<bool>{coming(to, kind)};
    }
    template <class Lock>
    static auto coming(Lock& to, std::size_t kind)
    {
        return [&to, kind] { return to.lock(kind), true; };
    }
    template <class Lock>
    [[nodiscard]] static bool waits(const Lock& at, std::size_t kind, std::size_t threads)
    {
        return eventually([&] { return at.waiters(kind) == threads; });
    }
};

TEST_F(category_lock_contract, many_of_one_kind_are_inside_and_none_of_another)
{
    lock_.lock(0);
    EXPECT_TRUE(lock_.try_lock(0));
    EXPECT_EQ(lock_.lock(0, 24h), outcome::acquired);
    EXPECT_FALSE(lock_.try_lock(1));
    EXPECT_EQ(lock_.lock(2, 1ms), outcome::timed_out);
    lock_.unlock(0);
    lock_.unlock(0);
    EXPECT_FALSE(lock_.try_lock(1)) << "one is still inside";
    lock_.unlock(0);
    EXPECT_TRUE(lock_.try_lock(1));
    lock_.unlock(1);
}

TEST_F(category_lock_contract, newcomers_queue_behind_another_kind_that_waits)
{
    lock_.lock(0);
    auto other = comes(lock_, 1);
    ASSERT_TRUE(waits(lock_, 1, 1));
    EXPECT_FALSE(lock_.try_lock(0));
    auto newcomer = comes(lock_, 0);
    ASSERT_TRUE(waits(lock_, 0, 1));
    lock_.unlock(0);
    EXPECT_TRUE(other.get());
    EXPECT_FALSE(newcomer.is_done());
    lock_.unlock(1);
    EXPECT_TRUE(newcomer.get());
    lock_.unlock(0);
}

TEST_F(category_lock_contract, a_turn_lets_in_all_who_wait_of_the_kind_that_came_first)
{
    lock_.lock(0);
    std::deque<task<bool>> crowd;
    std::array<std::size_t, 3> count{};
    for (const std::size_t kind : {2U, 1U, 2U, 1U}) {
        crowd.emplace_back(coming(lock_, kind));
        ASSERT_TRUE(waits(lock_, kind, ++count.at(kind)));
    }
    lock_.unlock(0);
    EXPECT_TRUE(crowd[0].get() && crowd[2].get());
    EXPECT_FALSE(crowd[1].is_done() || crowd[3].is_done());
    lock_.unlock(2);
    EXPECT_FALSE(crowd[1].is_done() || crowd[3].is_done());
    lock_.unlock(2);
    EXPECT_TRUE(crowd[1].get() && crowd[3].get());
    lock_.unlock(1);
    lock_.unlock(1);
}

TEST_F(category_lock_contract, who_gives_up_holds_nobody_up)
{
    platform::stop_source stop;
    lock_.lock(0);
    auto other = start([&] { return lock_.lock(1, stop.get_token()); });
    ASSERT_TRUE(waits(lock_, 1, 1));
    auto same = comes(lock_, 0);
    ASSERT_TRUE(waits(lock_, 0, 1));
    stop.request_stop();
    EXPECT_EQ(other.get(), outcome::stopped);
    EXPECT_TRUE(same.get()) << "nobody of another kind waits any more";
    EXPECT_EQ(lock_.lock(0, stop.get_token()), outcome::stopped) << "it was stopped before";
    lock_.unlock(0);
    lock_.unlock(0);
}

TEST_F(category_lock_contract, at_most_as_many_are_inside_as_it_was_made_for_in_order_of_arrival)
{
    category_lock<2> narrow{2};
    platform::stop_source stop;
    narrow.lock(0);
    std::deque<task<bool>> crowd;
    for (std::size_t i = 0; i < 3; ++i) {
        crowd.emplace_back(coming(narrow, 1));
        ASSERT_TRUE(waits(narrow, 1, i + 1));
    }
    auto stopped = start([&] { return narrow.lock(1, stop.get_token()); });
    ASSERT_TRUE(waits(narrow, 1, 4));
    narrow.unlock(0);
    EXPECT_TRUE(crowd[0].get() && crowd[1].get());
    ASSERT_TRUE(waits(narrow, 1, 2)) << "their turn has come, and there is no room";
    stop.request_stop();
    EXPECT_EQ(stopped.get(), outcome::stopped);
    auto other = comes(narrow, 0);
    ASSERT_TRUE(waits(narrow, 0, 1));
    narrow.unlock(1);
    EXPECT_TRUE(crowd[2].get()) << "it is of this turn";
    narrow.unlock(1);
    EXPECT_FALSE(other.is_done());
    narrow.unlock(1);
    EXPECT_TRUE(other.get());
    narrow.unlock(0);
}

TEST_F(category_lock_contract, the_side_of_a_kind_is_a_lock)
{
    auto side = lock_.of(1);
    {
        const std::scoped_lock inside{side};
        EXPECT_FALSE(lock_.try_lock(0));
        EXPECT_TRUE(side.try_lock());
        side.unlock();
        EXPECT_EQ(side.lock(24h), outcome::acquired);
        side.unlock();
    }
    EXPECT_TRUE(lock_.try_lock(0));
    lock_.unlock(0);
}

TEST_F(category_lock_contract, refuses_mistakes_and_stays_as_it_was)
{
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [this] { lock_.unlock(0); }));
    lock_.lock(0);
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [this] { lock_.unlock(1); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [this] { lock_.lock(3); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [this] { static_cast<void>(lock_.of(3)); }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [] { category_lock<2>{0}; }));
    EXPECT_FALSE(lock_.try_lock(1));
    lock_.unlock(0);
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [this] { lock_.unlock(0); }));
}

}  // namespace
}  // namespace signalbox::contract
