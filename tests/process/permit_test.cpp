// Permits of the semaphore between processes keep the contract of all scopes, and are held by name.
#include "../contract/permit_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(process, permit_contract, shared_semaphores, scope_name);

namespace {

TEST(owned_permit, what_a_permit_holds_no_release_can_give_back)
{
    auto semaphore = process::semaphore::anonymous({.capacity = 3});
    const permit held{semaphore, 2};
    semaphore.acquire();
    EXPECT_EQ(semaphore.out(), 1);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore.release(2); }));
    semaphore.release();
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore.release(); }));
    EXPECT_EQ(semaphore.available(), 1);
    EXPECT_EQ(held.count(), 2);
}

TEST(owned_permit, a_release_that_remembers_a_sum_notices_what_was_taken_since)
{
    auto semaphore = process::semaphore::anonymous({.capacity = 2});
    for (int i = 0; i < 3; ++i) {
        semaphore.acquire(2);
        semaphore.release();
        semaphore.release();
        const permit held{semaphore};
        EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore.release(); }));
        semaphore.resize(3);
        semaphore.acquire(2);
        semaphore.release(2);
        semaphore.resize(2);
        EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { semaphore.release(); }));
    }
    EXPECT_EQ(semaphore.available(), 2);
}

TEST(owned_permit, holders_say_who_holds_how_many)
{
    auto semaphore = process::semaphore::anonymous({.capacity = 5, .label = "the night shift"});
    const permit two{semaphore, 2};
    permit<process::semaphore> one;
    EXPECT_TRUE(start([&] { one = permit{semaphore}; }).get()) << "taken by another thread";
    const auto holders = semaphore.holders();
    ASSERT_EQ(holders.size(), 1U);
    EXPECT_EQ(holders[0].count, 3);
    EXPECT_EQ(holders[0].who.pid, ::getpid());
    EXPECT_EQ(holders[0].who.label, "the night shift");
    EXPECT_FALSE(holders[0].who.command.empty());
}

TEST(owned_permit, a_forgotten_permit_is_out_and_can_be_adopted)
{
    auto semaphore = process::semaphore::anonymous({.capacity = 4});
    permit three{semaphore, 3};
    EXPECT_EQ(three.forget(), 3);
    EXPECT_EQ(semaphore.out(), 3);
    EXPECT_TRUE(semaphore.holders().empty());
    permit adopted{semaphore, 2, std::adopt_lock};
    EXPECT_EQ(semaphore.out(), 1);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { (void)permit{semaphore, 2, std::adopt_lock}; }));
    semaphore.release();
    adopted.release();
    EXPECT_EQ(semaphore.available(), 4);
}

TEST(owned_permit, a_shrunk_capacity_is_owed_until_permits_come_back)
{
    auto semaphore = process::semaphore::anonymous({.capacity = 4});
    permit three{semaphore, 3};
    semaphore.resize(2);
    EXPECT_EQ(semaphore.capacity(), 2);
    EXPECT_EQ(semaphore.available(), -1);
    EXPECT_FALSE(semaphore.try_acquire());
    three.release();
    EXPECT_EQ(semaphore.available(), 2);
    auto waiter = start([&] { semaphore.acquire(2); });
    EXPECT_TRUE(waiter.get());
    auto late = start([&] { semaphore.acquire(); });
    ASSERT_TRUE(eventually([&] { return semaphore.waiters() == 1; }));
    semaphore.resize(3);
    EXPECT_TRUE(late.get()) << "a capacity that grows serves those who wait";
}

TEST(owned_permit, closing_ends_every_wait_and_permits_can_still_come_back)
{
    auto semaphore = process::semaphore::anonymous({.capacity = 1});
    permit held{semaphore};
    auto plain = start([&] { return semaphore.acquire(1, {}); });
    auto owned = start([&] { return permit{semaphore, 1, limit{}}.outcome(); });
    ASSERT_TRUE(eventually([&] { return semaphore.waiters() == 2; }));
    semaphore.close();
    EXPECT_EQ(plain.get(), outcome::closed);
    EXPECT_EQ(owned.get(), outcome::closed);
    held.release();
    EXPECT_EQ(semaphore.available(), 1);
    EXPECT_FALSE(semaphore.try_acquire());
    EXPECT_TRUE(refusal(std::errc::operation_canceled, [&] { semaphore.acquire(); }));
}

}  // namespace
}  // namespace signalbox::contract
