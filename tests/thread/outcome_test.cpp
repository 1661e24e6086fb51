// The outcomes of a wait and their names.
#include <gtest/gtest.h>

#include <signalbox/outcome.hpp>

namespace {

using signalbox::outcome;

TEST(outcome, every_outcome_has_its_name)
{
    EXPECT_EQ(to_string(outcome::acquired), "acquired");
    EXPECT_EQ(to_string(outcome::timed_out), "timed_out");
    EXPECT_EQ(to_string(outcome::stopped), "stopped");
    EXPECT_EQ(to_string(outcome::closed), "closed");
    EXPECT_EQ(to_string(outcome::owner_died), "owner_died");
    EXPECT_EQ(to_string(outcome::lost), "lost");
    EXPECT_EQ(to_string(static_cast<outcome>(99)), "unknown");
    static_assert(to_string(outcome::stopped) == "stopped");
}

TEST(outcome, acquired_and_owner_died_are_acquired_and_nothing_else)
{
    EXPECT_TRUE(is_acquired(outcome::acquired));
    EXPECT_TRUE(is_acquired(outcome::owner_died));
    EXPECT_FALSE(is_acquired(outcome::lost));
    EXPECT_FALSE(is_acquired(outcome::timed_out));
    EXPECT_FALSE(is_acquired(outcome::stopped));
    EXPECT_FALSE(is_acquired(outcome::closed));
}

}  // namespace
