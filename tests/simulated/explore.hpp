// Explorations as test assertions: what must pass, what must be found.
#pragma once

#include <gtest/gtest.h>

#include <iostream>

#include <signalbox/simulated/explore.hpp>
#include <signalbox/simulated/shared_data.hpp>

namespace signalbox::simulated {

/// Every schedule within the budgets passes.
inline result expect_exhausted(const options& how, const body& of)
{
    const result found = explore(how, of);
    std::cout << "  " << found.summary().substr(0, found.summary().find('\n')) << '\n';
    EXPECT_FALSE(found.failed.has_value()) << found.summary();
    EXPECT_TRUE(found.exhausted) << found.summary();
    return found;
}

/// Some schedule fails in this way, and does so again when it is replayed.
inline result expect_found(failure_kind kind, const options& how, const body& of)
{
    const result found = explore(how, of);
    EXPECT_TRUE(found.failed.has_value()) << found.summary();
    if (found.failed) {
        std::cout << "  " << found.summary().substr(0, found.summary().find('\n')) << '\n';
        EXPECT_EQ(found.failed->kind, kind) << found.summary();
        const result again = replay(how, found.failed->schedule, of);
        EXPECT_TRUE(again.failed.has_value()) << found.summary();
        if (again.failed) {
            EXPECT_EQ(again.failed->kind, kind) << again.summary();
            EXPECT_EQ(again.failed->trace, found.failed->trace);
        }
    }
    return found;
}

}  // namespace signalbox::simulated
