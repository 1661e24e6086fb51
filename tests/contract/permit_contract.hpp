// What a permit promises over a semaphore of any scope: it gives back exactly what it holds, once.
//
// Instantiated like tests/contract/semaphore_contract.hpp, for semaphores of more than one permit.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/permit.hpp>

#include "harness.hpp"

namespace signalbox::contract {

/// Whether the semaphore knows who holds its permits; then a release() can't give back what a permit holds.
template <class Scope>
constexpr bool knows_its_holders()
{
    if constexpr (requires { Scope::is_owned; }) {
        return Scope::is_owned;
    } else {
        return false;
    }
}

template <class Scope>
class permit_contract : public ::testing::Test {
protected:
    using semaphore_type = typename Scope::semaphore;
    using permit_type = permit<semaphore_type>;

    static_assert(permit_like<permit_type>);
    static_assert(!std::is_copy_constructible_v<permit_type> && !std::is_copy_assignable_v<permit_type>);
    static_assert(std::is_nothrow_move_constructible_v<permit_type>);
    static_assert(std::is_nothrow_move_assignable_v<permit_type> && std::is_nothrow_swappable_v<permit_type>);
    static_assert(!std::is_convertible_v<semaphore_type&, permit_type>, "acquiring is never implicit");
    static_assert(!std::is_convertible_v<permit_type, bool>);
};

TYPED_TEST_SUITE_P(permit_contract);

TYPED_TEST_P(permit_contract, a_permit_is_given_back_at_the_end_of_its_scope)
{
    const auto semaphore = TypeParam::make(5, 5);
    {
        const permit one{*semaphore};
        const permit three{*semaphore, 3};
        EXPECT_EQ(semaphore->available(), 1);
        EXPECT_EQ(one.count(), 1);
        EXPECT_EQ(three.count(), 3);
        EXPECT_TRUE(one && three);
        EXPECT_EQ(three.outcome(), outcome::acquired);
        EXPECT_EQ(three.semaphore(), &*semaphore);
    }
    EXPECT_EQ(semaphore->available(), 5);
    try {
        const permit two{*semaphore, 2};
        throw std::runtime_error{"on the way out"};
    } catch (const std::runtime_error&) {
        EXPECT_EQ(semaphore->available(), 5);
    }
}

TYPED_TEST_P(permit_contract, an_empty_permit_holds_nothing_and_gives_nothing_back)
{
    const auto semaphore = TypeParam::make(1, 1);
    {
        permit<typename TypeParam::semaphore> empty;
        EXPECT_FALSE(empty);
        EXPECT_EQ(empty.count(), 0);
        EXPECT_EQ(empty.semaphore(), nullptr);
        EXPECT_EQ(empty.outcome(), outcome::acquired);
        empty.release();
        EXPECT_EQ(empty.forget(), 0);
        const auto part = empty.split(0);
        EXPECT_FALSE(part);
    }
    const permit nothing{*semaphore, 0};
    EXPECT_FALSE(nothing);
    EXPECT_EQ(nothing.outcome(), outcome::acquired);
    EXPECT_EQ(semaphore->available(), 1);
}

TYPED_TEST_P(permit_contract, a_limit_says_how_it_ended_and_holds_nothing_unless_acquired)
{
    const auto semaphore = TypeParam::make(2, 3);
    platform::stop_source source;
    source.request_stop();
    {
        const permit in_time{*semaphore, 2, 1h};
        EXPECT_EQ(in_time.outcome(), outcome::acquired);
        EXPECT_EQ(in_time.count(), 2);
        const permit late{*semaphore, 1, 1us};
        EXPECT_EQ(late.outcome(), outcome::timed_out);
        EXPECT_FALSE(late);
    }
    const permit stopped{*semaphore, 1, source.get_token()};
    EXPECT_EQ(stopped.outcome(), outcome::stopped);
    EXPECT_EQ(stopped.count(), 0);
    const permit both{*semaphore, 1, {1h, source.get_token()}};
    EXPECT_EQ(both.outcome(), outcome::stopped);
    EXPECT_EQ(semaphore->available(), 2);
}

TYPED_TEST_P(permit_contract, try_to_lock_does_not_wait_and_adopt_lock_does_not_acquire)
{
    const auto semaphore = TypeParam::make(2, 3);
    {
        const permit tried{*semaphore, 2, std::try_to_lock};
        EXPECT_EQ(tried.count(), 2);
        EXPECT_EQ(tried.outcome(), outcome::acquired);
        const permit failed{*semaphore, 1, std::try_to_lock};
        EXPECT_FALSE(failed);
        EXPECT_EQ(failed.outcome(), outcome::timed_out);
        EXPECT_EQ(semaphore->available(), 0);
    }
    semaphore->acquire(2);
    {
        const permit adopted{*semaphore, 2, std::adopt_lock};
        EXPECT_EQ(adopted.count(), 2);
        EXPECT_EQ(semaphore->available(), 0);
    }
    EXPECT_EQ(semaphore->available(), 2);
}

TYPED_TEST_P(permit_contract, what_the_semaphore_refuses_the_permit_refuses_and_nothing_is_held)
{
    const auto semaphore = TypeParam::make(2, 2);
    using held = permit<typename TypeParam::semaphore>;
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)held{*semaphore, 3}; }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)held{*semaphore, -1}; }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)held{*semaphore, 3, 1h}; }));
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)held{*semaphore, -1, std::adopt_lock}; }));
    EXPECT_FALSE((held{*semaphore, 3, std::try_to_lock}));
    EXPECT_EQ(semaphore->available(), 2);
}

TYPED_TEST_P(permit_contract, release_gives_back_early_and_forget_gives_back_nothing)
{
    const auto semaphore = TypeParam::make(3, 3);
    permit released{*semaphore, 2};
    released.release();
    EXPECT_EQ(semaphore->available(), 3);
    EXPECT_FALSE(released);
    EXPECT_EQ(released.outcome(), outcome::acquired) << "how it was acquired does not change";
    released.release();
    EXPECT_EQ(semaphore->available(), 3) << "twice is once";
    {
        permit forgotten{*semaphore, 2};
        EXPECT_EQ(forgotten.forget(), 2);
        EXPECT_FALSE(forgotten);
    }
    EXPECT_EQ(semaphore->available(), 1);
    semaphore->release(2);
}

TYPED_TEST_P(permit_contract, a_move_hands_the_permits_over)
{
    const auto semaphore = TypeParam::make(5, 5);
    permit first{*semaphore, 2};
    permit second{std::move(first)};
    EXPECT_EQ(first.count(), 0);
    EXPECT_EQ(second.count(), 2);
    permit third{*semaphore, 3};
    third = std::move(second);
    EXPECT_EQ(third.count(), 2);
    EXPECT_EQ(semaphore->available(), 3) << "what the target held came back";
    auto& itself = third;
    third = std::move(itself);
    EXPECT_EQ(third.count(), 2) << "moved to itself";
    EXPECT_EQ(semaphore->available(), 3);
    permit fourth{*semaphore};
    swap(third, fourth);
    EXPECT_EQ(third.count(), 1);
    EXPECT_EQ(fourth.count(), 2);
    std::deque<permit<typename TypeParam::semaphore>> kept;
    kept.push_back(std::move(third));
    kept.push_back(std::move(fourth));
    EXPECT_EQ(semaphore->available(), 2);
    kept.clear();
    EXPECT_EQ(semaphore->available(), 5);
}

TYPED_TEST_P(permit_contract, split_and_merge_conserve_the_count)
{
    const auto semaphore = TypeParam::make(5, 5);
    permit all{*semaphore, 5};
    permit part = all.split(2);
    EXPECT_EQ(all.count(), 3);
    EXPECT_EQ(part.count(), 2);
    EXPECT_EQ(part.outcome(), outcome::acquired);
    part.release();
    EXPECT_EQ(semaphore->available(), 2);
    auto rest = all.split(all.count());
    EXPECT_FALSE(all);
    EXPECT_FALSE(all.split(0));
    all.merge(std::move(rest));
    EXPECT_EQ(all.count(), 3);
    EXPECT_FALSE(rest);
    all.merge(permit{*semaphore, 2});
    EXPECT_EQ(all.count(), 5);
    permit<typename TypeParam::semaphore> empty;
    empty.merge(std::move(all));
    EXPECT_EQ(empty.count(), 5) << "an empty permit takes over those of any semaphore";
    auto& itself = empty;
    empty.merge(std::move(itself));
    EXPECT_EQ(empty.count(), 5);
    EXPECT_EQ(semaphore->available(), 0);
    empty.release();
    EXPECT_EQ(semaphore->available(), 5);
}

TYPED_TEST_P(permit_contract, a_wrong_split_or_merge_throws_names_the_counts_and_changes_nothing)
{
    const auto semaphore = TypeParam::make(3, 3);
    const auto other = TypeParam::make(2, 2);
    permit three{*semaphore, 3};
    permit two{*other, 2};
    const auto text = refusal(std::errc::invalid_argument, [&] { (void)three.split(7); });
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("7"), std::string::npos) << *text;
    EXPECT_NE(text->find("3"), std::string::npos) << *text;
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [&] { (void)three.split(-1); }));
    const auto mixed = refusal(std::errc::invalid_argument, [&] { three.merge(std::move(two)); });
    ASSERT_TRUE(mixed);
    EXPECT_NE(mixed->find("2"), std::string::npos) << *mixed;
    EXPECT_NE(mixed->find("3"), std::string::npos) << *mixed;
    EXPECT_EQ(three.count(), 3);
    EXPECT_EQ(two.count(), 2);
    if constexpr (knows_its_holders<TypeParam>()) {
        return;  // nobody can adopt what is not out
    }
    permit huge{*semaphore, PTRDIFF_MAX, std::adopt_lock};
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { three.merge(std::move(huge)); }));
    EXPECT_EQ(huge.forget(), PTRDIFF_MAX);
    EXPECT_EQ(three.count(), 3);
}

TYPED_TEST_P(permit_contract, a_refused_release_leaves_the_permits_where_they_are)
{
    const auto semaphore = TypeParam::make(2, 2);
    permit two{*semaphore, 2};
    if constexpr (knows_its_holders<TypeParam>()) {
        EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore->release(); }));
        return;
    }
    semaphore->release();  // somebody gives back what is not theirs
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { two.release(); }));
    EXPECT_EQ(two.count(), 2);
    EXPECT_EQ(semaphore->available(), 1);
    EXPECT_EQ(two.forget(), 2);
    semaphore->release();
}

TYPED_TEST_P(permit_contract, a_permit_can_be_given_back_by_another_thread)
{
    const auto semaphore = TypeParam::make(2, 2);
    permit two{*semaphore, 2};
    auto waiter = start([&] { return permit{*semaphore, 1, 1h}.outcome(); });
    ASSERT_TRUE(eventually([&] { return semaphore->waiters() == 1; }));
    auto keeper = start([mine = std::make_shared<decltype(two)>(std::move(two))] { mine->release(); });
    EXPECT_TRUE(keeper.get());
    EXPECT_EQ(waiter.get(), outcome::acquired);
    EXPECT_EQ(semaphore->available(), 2);
}

REGISTER_TYPED_TEST_SUITE_P(permit_contract, a_permit_is_given_back_at_the_end_of_its_scope,
                            an_empty_permit_holds_nothing_and_gives_nothing_back,
                            a_limit_says_how_it_ended_and_holds_nothing_unless_acquired,
                            try_to_lock_does_not_wait_and_adopt_lock_does_not_acquire,
                            what_the_semaphore_refuses_the_permit_refuses_and_nothing_is_held,
                            release_gives_back_early_and_forget_gives_back_nothing,
                            a_move_hands_the_permits_over, split_and_merge_conserve_the_count,
                            a_wrong_split_or_merge_throws_names_the_counts_and_changes_nothing,
                            a_refused_release_leaves_the_permits_where_they_are,
                            a_permit_can_be_given_back_by_another_thread);

}  // namespace signalbox::contract
