// A turnstile lets threads through one after another, unless somebody holds it.
#include <deque>
#include <mutex>

#include <signalbox/concepts.hpp>
#include <signalbox/patterns/turnstile.hpp>

#include "textbook_scopes.hpp"

namespace signalbox::contract {
namespace {

template <class Scope>
class turnstile_contract : public pattern_test<Scope> {
protected:
    using semaphore = typename Scope::semaphore;
    static_assert(limit_lockable<turnstile<semaphore>>);

    turnstile<semaphore> turnstile_{this->room_};
};

TYPED_TEST_SUITE(turnstile_contract, pattern_scopes, scope_titles);

TYPED_TEST(turnstile_contract, who_passes_leaves_it_as_it_was)
{
    this->turnstile_.pass();
    EXPECT_EQ(this->turnstile_.pass(24h), outcome::acquired);
    EXPECT_TRUE(this->turnstile_.try_pass());
    EXPECT_EQ(this->room_.available(), 1);
    EXPECT_FALSE(this->turnstile_.is_held());
}

TYPED_TEST(turnstile_contract, nobody_passes_while_it_is_held_and_all_do_afterwards)
{
    std::unique_lock held{this->turnstile_};
    EXPECT_TRUE(this->turnstile_.is_held());
    EXPECT_FALSE(this->turnstile_.try_pass());
    EXPECT_FALSE(this->turnstile_.try_lock());
    std::deque<task<bool>> crowd;
    for (int i = 0; i < 3; ++i) {
        crowd.emplace_back([this] { return this->turnstile_.pass(), true; });
    }
    ASSERT_TRUE(this->waits_for_the_room(3));
    auto other = start([&held] { held.unlock(); });  // not who locked it
    EXPECT_TRUE(other.get());
    for (auto& one : crowd) {
        EXPECT_TRUE(one.get());
    }
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(turnstile_contract, a_wait_that_a_limit_ends_has_not_passed_and_holds_nobody_up)
{
    platform::stop_source stop;
    this->turnstile_.lock();
    auto passing = start([&] { return this->turnstile_.pass(stop.get_token()); });
    auto locking = start([&] { return this->turnstile_.lock(stop.get_token()); });
    ASSERT_TRUE(this->waits_for_the_room(2));
    EXPECT_EQ(this->turnstile_.pass(1ms), outcome::timed_out);
    EXPECT_EQ(this->turnstile_.lock(1ms), outcome::timed_out);
    stop.request_stop();
    EXPECT_EQ(passing.get(), outcome::stopped);
    EXPECT_EQ(locking.get(), outcome::stopped);
    this->turnstile_.unlock();
    EXPECT_EQ(this->turnstile_.pass(stop.get_token()), outcome::stopped) << "it was stopped before";
    EXPECT_EQ(this->turnstile_.lock(24h), outcome::acquired);
    this->turnstile_.unlock();
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(turnstile_contract, two_of_one_gate_stop_each_other_and_each_knows_what_it_holds)
{
    turnstile second{this->room_};
    this->turnstile_.lock();
    EXPECT_FALSE(second.try_pass());
    EXPECT_FALSE(second.is_held());
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { second.unlock(); }));
    this->turnstile_.unlock();
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [&] { this->turnstile_.unlock(); }));
    EXPECT_TRUE(second.try_pass());
}

TYPED_TEST(turnstile_contract, a_gate_that_closes_ends_all_waits)
{
    this->turnstile_.lock();
    auto passing = start([&] { return this->turnstile_.pass(24h); });
    ASSERT_TRUE(this->waits_for_the_room(1));
    this->room_.close();
    EXPECT_EQ(passing.get(), outcome::closed);
    EXPECT_EQ(this->turnstile_.lock(24h), outcome::closed);
    this->turnstile_.unlock();
    EXPECT_TRUE(refusal(std::errc::operation_canceled, [&] { this->turnstile_.pass(); }));
}

TEST(turnstile, of_a_fifo_gate_lets_nobody_pass_before_who_came_first_to_stop_it)
{
    semaphore gate{1, {.capacity = 1, .fairness = fairness::fifo}};
    turnstile entrance{gate};
    const auto waits = [&](std::ptrdiff_t threads) {
        return eventually([&] { return gate.waiters() == threads; });
    };
    entrance.lock();
    auto writer = start([&] { entrance.lock(); });
    ASSERT_TRUE(waits(1));
    auto reader = start([&] { entrance.pass(); });
    ASSERT_TRUE(waits(2));
    entrance.unlock();
    EXPECT_TRUE(writer.get());
    EXPECT_FALSE(entrance.try_pass());
    EXPECT_FALSE(reader.is_done()) << "who came later waits for the one who stopped it";
    entrance.unlock();
    EXPECT_TRUE(reader.get());
}

}  // namespace
}  // namespace signalbox::contract
