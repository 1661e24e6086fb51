// acquire_all() holds all or nothing, in any order, and never waits while it holds one.
#include <mutex>
#include <type_traits>

#include <signalbox/mutex.hpp>
#include <signalbox/patterns/acquire_all.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/recursive_mutex.hpp>

#include "textbook_scopes.hpp"

namespace signalbox::contract {
namespace {

template <class Scope>
class acquire_all_contract : public pattern_test<Scope> {
protected:
    using semaphore = typename Scope::semaphore;

    std::unique_ptr<semaphore> many_owner_ = Scope::make(3, 3);
    semaphore& many_ = *many_owner_;
    mutex mutex_;
    process::mutex between_ = process::mutex::anonymous();

    [[nodiscard]] bool is_all_free()
    {
        const bool is_unlocked =
            mutex_.owner() == thread_id::none && between_.owner() == process::owner_id::none;
        return this->room_.available() == 1 && many_.available() == 3 && is_unlocked;
    }
};

TYPED_TEST_SUITE(acquire_all_contract, pattern_scopes, scope_titles);

TYPED_TEST(acquire_all_contract, holds_semaphores_and_mutexes_of_several_scopes_until_its_end)
{
    {
        const auto all = acquire_all(this->room_, several(this->many_, 2), this->mutex_, this->between_);
        EXPECT_TRUE(all);
        EXPECT_EQ(all.outcome(), outcome::acquired);
        EXPECT_EQ(this->room_.available(), 0);
        EXPECT_EQ(this->many_.available(), 1);
        EXPECT_NE(this->mutex_.owner(), thread_id::none);
        EXPECT_NE(this->between_.owner(), process::owner_id::none);
    }
    EXPECT_TRUE(this->is_all_free());
}

TYPED_TEST(acquire_all_contract, waits_with_empty_hands)
{
    std::unique_lock held{this->mutex_};
    auto all =
        start([this] { return static_cast<bool>(acquire_all(this->room_, this->many_, this->mutex_)); });
    ASSERT_TRUE(all.falls_asleep());
    EXPECT_FALSE(all.is_done());
    EXPECT_EQ(this->room_.acquire(1, 24h), outcome::acquired)
        << "it comes back, though the other still waits";
    EXPECT_EQ(this->many_.acquire(3, 24h), outcome::acquired);
    held.unlock();
    EXPECT_FALSE(all.is_done());
    this->many_.release(3);
    this->room_.release();
    EXPECT_TRUE(all.get());
    EXPECT_TRUE(this->is_all_free());
}

TYPED_TEST(acquire_all_contract, orders_that_would_deadlock_do_not)
{
    int sum = 0;
    auto other = start([&] {
        for (int i = 0; i < 500; ++i) {
            const auto all = acquire_all(this->room_, this->mutex_, several(this->many_, 3));
            ++sum;
        }
    });
    for (int i = 0; i < 500; ++i) {
        const auto all = acquire_all(several(this->many_, 2), this->mutex_, this->room_);
        ++sum;
    }
    EXPECT_TRUE(other.get());
    EXPECT_EQ(sum, 1000);
    EXPECT_TRUE(this->is_all_free());
}

TYPED_TEST(acquire_all_contract, holds_nothing_when_a_limit_ends_it)
{
    platform::stop_source stop;
    this->many_.acquire(2);
    const auto late = acquire_all(1ms, this->room_, several(this->many_, 2), this->mutex_);
    EXPECT_FALSE(late);
    EXPECT_EQ(late.outcome(), outcome::timed_out);
    auto stopped = start([&] {
        return acquire_all(stop.get_token(), this->mutex_, several(this->many_, 2), this->room_).outcome();
    });
    ASSERT_TRUE(eventually([this] { return this->many_.waiters() == 1; }));
    stop.request_stop();
    EXPECT_EQ(stopped.get(), outcome::stopped);
    EXPECT_EQ(acquire_all(stop.get_token(), this->room_, this->mutex_).outcome(), outcome::stopped);
    this->many_.release(2);
    EXPECT_TRUE(this->is_all_free());
    EXPECT_TRUE(acquire_all(-1h, this->room_, this->many_)) << "what is free is taken, late as it is";
    EXPECT_TRUE(this->is_all_free());
}

TYPED_TEST(acquire_all_contract, holds_nothing_when_one_of_them_closes)
{
    this->many_.acquire(3);
    auto waiting =
        start([this] { return acquire_all(24h, this->room_, this->mutex_, this->many_).outcome(); });
    ASSERT_TRUE(eventually([this] { return this->many_.waiters() == 1; }));
    this->many_.close();
    EXPECT_EQ(waiting.get(), outcome::closed);
    EXPECT_TRUE(refusal(std::errc::operation_canceled,
                        [this] { static_cast<void>(acquire_all(this->room_, this->mutex_, this->many_)); }));
    this->many_.release(3);
    const auto failed = acquire_all(24h, this->room_, this->mutex_, this->many_);
    EXPECT_EQ(failed.outcome(), outcome::closed);
    EXPECT_TRUE(this->is_all_free()) << "also while the result is there";
}

TYPED_TEST(acquire_all_contract, holds_nothing_when_one_of_them_refuses)
{
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [this] {
        static_cast<void>(acquire_all(this->room_, several(this->many_, 4), this->mutex_));
    }));
    const std::unique_lock mine{this->mutex_};
    EXPECT_TRUE(refusal(std::errc::resource_deadlock_would_occur, [this] {
        static_cast<void>(acquire_all(this->room_, this->many_, this->mutex_));
    })) << "the caller owns it";
    EXPECT_EQ(this->room_.available() + this->many_.available(), 4);
}

TYPED_TEST(acquire_all_contract, can_be_moved_and_given_back_early)
{
    auto all = acquire_all(this->room_, this->mutex_);
    static_assert(!std::is_copy_constructible_v<decltype(all)> && std::is_move_assignable_v<decltype(all)>);
    auto taken = std::move(all);
    EXPECT_TRUE(taken);
    EXPECT_FALSE(all) << "it was moved from";
    all.release();
    EXPECT_EQ(this->room_.available(), 0);
    taken.release();
    EXPECT_FALSE(taken);
    EXPECT_TRUE(this->is_all_free());
    taken = acquire_all(this->room_, this->mutex_);
    taken = std::move(all);
    EXPECT_TRUE(this->is_all_free()) << "what it held is given back";
}

TEST(acquire_all, takes_what_may_be_locked_again)
{
    recursive_mutex again;
    const auto outer = acquire_all(again);
    EXPECT_TRUE(acquire_all(0s, again));
    EXPECT_TRUE(outer);
}

}  // namespace
}  // namespace signalbox::contract
