// Permits that are handed to another process are its own from then on.
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"
#include "signpost.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

TEST(transfer, the_receiver_holds_what_was_handed_over_and_adopts_it)
{
    auto object = semaphore::anonymous({.capacity = 5});
    signpost ready;
    signpost handed;
    child receiver{[&] {
        (void)object.self();
        ready.raise();
        require([&] { return handed.is_raised(); });
        const permit mine{object, 2, std::adopt_lock};
        const bool is_refused = refusal(std::errc::value_too_large, [&] {
                                    (void)permit{object, 2, std::adopt_lock};
                                }).has_value();
        const permit last{object, 1, std::adopt_lock};
        return is_refused && mine.count() == 2 && object.holders().size() == 1 &&
               object.holders()[0].count == 3 && object.available() == 2;
    }};
    permit three{object, 3};
    ASSERT_TRUE(eventually([&] { return ready.is_raised(); }));
    const auto self = object.self();
    process::participant_info to = self;
    to.slot = 1;
    ASSERT_TRUE(eventually([&] {
        try {
            return three.transfer(to) == 3;
        } catch (const std::system_error& error) {
            EXPECT_EQ(error.code(), std::make_error_condition(std::errc::no_such_process));
            to.generation = to.generation % 4 + 1;
            return false;
        }
    }));
    EXPECT_FALSE(three);
    ASSERT_EQ(object.holders().size(), 1U);
    EXPECT_EQ(object.holders()[0].who.pid, receiver.pid());
    EXPECT_EQ(object.holders()[0].count, 3);
    EXPECT_EQ(object.out(), 0);
    EXPECT_TRUE(refusal(std::errc::value_too_large, [&] { object.release(); }));
    handed.raise();
    EXPECT_TRUE(receiver.succeeds());
    EXPECT_EQ(object.available(), 5);
}

TEST(transfer, what_nobody_adopted_comes_back_with_the_death_of_the_receiver)
{
    auto object = semaphore::anonymous({.capacity = 2});
    auto giver = object.self();
    signpost handed;
    child receiver{[&] { return object.self().pid > 0 && sleeps_for_ever(); }};
    child sender{[&] {
        permit both{object, 2};
        const bool is_sent = both.transfer(giver) == 2;
        return handed.raise() && is_sent;
    }};
    EXPECT_TRUE(sender.succeeds()) << "the giver ends, and what it gave stays";
    EXPECT_EQ(object.available(), 0);
    ASSERT_EQ(object.holders().size(), 1U);
    EXPECT_EQ(object.holders()[0].who.pid, ::getpid());
    {
        const permit one{object, 1, std::adopt_lock};
        EXPECT_EQ(object.holders()[0].count, 2);
    }
    EXPECT_EQ(object.available(), 1);
    const permit other{object, 1, std::adopt_lock};
    EXPECT_EQ(other.count(), 1);
}

TEST(transfer, a_process_that_is_gone_gets_nothing)
{
    auto object = semaphore::anonymous({.capacity = 2});
    permit two{object, 2};
    auto nobody = object.self();
    nobody.generation += 1;
    EXPECT_TRUE(refusal(std::errc::no_such_process, [&] { two.transfer(nobody); }));
    nobody.slot = 1'000'000;
    EXPECT_TRUE(refusal(std::errc::no_such_process, [&] { two.transfer(nobody); }));
    EXPECT_EQ(two.count(), 2);
    two.release();
    EXPECT_EQ(object.available(), 2);
}

TEST(transfer, a_killed_process_gets_nothing)
{
    auto object = semaphore::anonymous({.capacity = 2});
    child holder{[&] {
        const permit held{object};
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return object.available() == 1; }));
    const auto killed = object.holders().at(0).who;
    permit one{object};
    holder.ends_by(SIGKILL);
    EXPECT_TRUE(refusal(std::errc::no_such_process, [&] { one.transfer(killed); }));
    EXPECT_EQ(one.count(), 1);
    one.release();
    EXPECT_EQ(object.available(), 2);
}

}  // namespace
}  // namespace signalbox::contract
