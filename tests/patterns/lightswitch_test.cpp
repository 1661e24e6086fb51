// A lightswitch takes the room for a group, and loses no permit and no wake-up when somebody gives up.
#include <mutex>
#include <shared_mutex>

#include <signalbox/guarded.hpp>  // shared_lockable_like
#include <signalbox/patterns/lightswitch.hpp>

#include "textbook_scopes.hpp"

namespace signalbox::contract {
namespace {

template <class Scope>
class lightswitch_contract : public pattern_test<Scope> {
protected:
    using semaphore = typename Scope::semaphore;
    static_assert(shared_lockable_like<lightswitch<semaphore>>);

    lightswitch<semaphore> light_{this->room_};

    /// Starts a thread that waits for the group, and returns when it does.
    [[nodiscard]] task<outcome> comes(const limit& within)
    {
        return task<outcome>{[this, within] { return light_.lock_shared(within); }};
    }
    [[nodiscard]] bool waits(std::size_t threads)
    {
        return eventually([&] { return light_.waiters() == threads; });
    }
};

TYPED_TEST_SUITE(lightswitch_contract, pattern_scopes, scope_titles);

TYPED_TEST(lightswitch_contract, the_first_takes_the_room_and_the_last_gives_it_back)
{
    this->light_.lock_shared();
    EXPECT_EQ(this->room_.available(), 0);
    this->light_.lock_shared();
    EXPECT_EQ(this->light_.inside(), 2U);
    this->light_.unlock_shared();
    EXPECT_EQ(this->room_.available(), 0) << "one is still inside";
    auto last = start([this] { this->light_.unlock_shared(); });
    EXPECT_TRUE(last.get()) << "who switches off need not be who switched on";
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(lightswitch_contract, the_group_grows_although_somebody_waits_for_the_room)
{
    std::shared_lock first{this->light_};
    auto other = start([this] { this->room_.acquire(); });
    ASSERT_TRUE(this->waits_for_the_room(1));
    EXPECT_EQ(this->light_.lock_shared(24h), outcome::acquired);
    this->light_.unlock_shared();
    EXPECT_FALSE(other.is_done());
    first.unlock();
    EXPECT_TRUE(other.get());
    this->room_.release();
}

TYPED_TEST(lightswitch_contract, who_waits_behind_the_opener_keeps_its_own_limit)
{
    this->room_.acquire();
    platform::stop_source stop;
    auto opener = this->comes({});
    ASSERT_TRUE(this->waits_for_the_room(1));
    auto stopped = this->comes(stop.get_token());
    ASSERT_TRUE(this->waits(2));
    EXPECT_EQ(this->light_.lock_shared(1ms), outcome::timed_out);
    EXPECT_FALSE(this->light_.try_lock_shared()) << "somebody waits for the room";
    stop.request_stop();
    EXPECT_EQ(stopped.get(), outcome::stopped);
    EXPECT_FALSE(opener.is_done());
    this->room_.release();
    EXPECT_EQ(opener.get(), outcome::acquired);
    EXPECT_EQ(this->light_.inside(), 1U);
    this->light_.unlock_shared();
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(lightswitch_contract, when_the_opener_gives_up_the_next_one_opens)
{
    this->room_.acquire();
    platform::stop_source stop;
    auto opener = this->comes(stop.get_token());
    ASSERT_TRUE(this->waits_for_the_room(1));
    auto second = this->comes({});
    auto third = this->comes({});
    ASSERT_TRUE(this->waits(3));
    stop.request_stop();
    EXPECT_EQ(opener.get(), outcome::stopped);
    ASSERT_TRUE(this->waits_for_the_room(1)) << "one of the others waits for it now";
    this->room_.release();
    EXPECT_EQ(second.get(), outcome::acquired);
    EXPECT_EQ(third.get(), outcome::acquired);
    EXPECT_EQ(this->room_.available(), 0);
    this->light_.unlock_shared();
    this->light_.unlock_shared();
    EXPECT_EQ(this->room_.available(), 1);
}

TYPED_TEST(lightswitch_contract, a_stop_that_was_requested_before_comes_first)
{
    platform::stop_source stop;
    stop.request_stop();
    const std::shared_lock inside{this->light_};
    EXPECT_EQ(this->light_.lock_shared(stop.get_token()), outcome::stopped);
    EXPECT_EQ(this->light_.inside(), 1U);
}

TYPED_TEST(lightswitch_contract, a_try_takes_a_free_room_and_no_other)
{
    ASSERT_TRUE(this->light_.try_lock_shared());
    EXPECT_TRUE(this->light_.try_lock_shared());
    this->light_.unlock_shared();
    this->light_.unlock_shared();
    this->room_.acquire();
    EXPECT_FALSE(this->light_.try_lock_shared());
    EXPECT_EQ(this->light_.inside(), 0U);
    this->room_.release();
}

TYPED_TEST(lightswitch_contract, a_room_that_closes_ends_all_waits)
{
    this->room_.acquire();
    auto opener = this->comes({});
    auto behind = this->comes({});
    auto without_limit = start([this] { this->light_.lock_shared(); });
    ASSERT_TRUE(this->waits(3));
    this->room_.close();
    EXPECT_EQ(opener.get(), outcome::closed);
    EXPECT_EQ(behind.get(), outcome::closed);
    EXPECT_TRUE(refusal(std::errc::operation_canceled, [&] { without_limit.get(); }));
    EXPECT_EQ(this->light_.inside(), 0U);
    EXPECT_EQ(this->light_.waiters(), 0U);
}

TYPED_TEST(lightswitch_contract, refuses_to_go_for_nobody)
{
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, [this] { this->light_.unlock_shared(); }));
    EXPECT_EQ(this->room_.available(), 1);
}

}  // namespace
}  // namespace signalbox::contract
