// The log of connections says how many were open at once, whoever is killed.
#include "package_index/connection_log.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace {

using package_index::connection_log;

TEST(connection_log, counts_what_is_open_at_once_and_not_all_that_ever_was)
{
    const auto log = std::make_unique<connection_log>();
    EXPECT_EQ(log->most_at_once({}), 0U);
    for (int i = 0; i < 3; ++i) {
        log->opens(1);
        log->opens(2);
        log->closed(1);
        log->closed(2);
    }
    EXPECT_EQ(log->most_at_once({}), 2U);
    log->opens(1);
    log->opens(1);
    log->opens(2);
    EXPECT_EQ(log->most_at_once({}), 3U);
    EXPECT_EQ(log->entries(), 15U);
}

TEST(connection_log, those_of_the_dead_count_until_they_die)
{
    const auto log = std::make_unique<connection_log>();
    log->opens(1);
    log->opens(1);
    log->dies(1);
    log->opens(1);  // another thread of it, before it was gone
    log->opens(2);
    log->opens(2);
    EXPECT_EQ(log->most_at_once({1}), 2U);
    log->opens(2);
    EXPECT_EQ(log->most_at_once({1}), 3U);
}

TEST(connection_log, of_who_is_killed_without_a_word_nothing_counts_behind_its_last)
{
    const auto log = std::make_unique<connection_log>();
    log->opens(1);
    log->opens(1);
    log->opens(2);
    log->opens(2);
    EXPECT_EQ(log->most_at_once({}), 4U);
    EXPECT_EQ(log->most_at_once({1}), 2U);
    log->opens(1);
    EXPECT_EQ(log->most_at_once({1}), 5U) << "it lived all the while";
}

TEST(connection_log, what_has_no_room_is_known_of)
{
    const auto log = std::make_unique<connection_log>();
    for (std::size_t i = 0; i <= connection_log::entries_max; ++i) {
        log->opens(1);
    }
    EXPECT_EQ(log->entries(), connection_log::entries_max + 1);
    EXPECT_EQ(log->most_at_once({}), connection_log::entries_max);
}

}  // namespace
