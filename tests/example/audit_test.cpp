// The audit agrees with an honest count, and names every kind of mistake.
#include "audit.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace package_sizes;
using sentences = std::vector<std::string>;

constexpr std::string_view text = "Package: a\nSection: libs\nInstalled-Size: 10\nVersion: 1\n\n"
                                  "Package: b\nSection: libs\nInstalled-Size: 20\nVersion: 1\n\n"
                                  "Package: c\nStatus: deinstall ok config-files\nVersion: 1\n\n"
                                  "Package: d\nVersion: 1\n";

const package a{.name = "a", .section = "libs", .kib = 10};
const package b{.name = "b", .section = "libs", .kib = 20};
const package c{.name = "c", .section = "(none)", .is_installed = false};
const package d{.name = "d", .section = "(none)"};

tally count(const std::vector<std::pair<std::size_t, package>>& handled)
{
    tally counted;
    for (const auto& [number, package] : handled) {
        counted.add(number, package);
    }
    return counted;
}

TEST(audit, agrees_with_an_honest_count)
{
    EXPECT_EQ(audit(text, count({{2, c}, {0, a}, {3, d}, {1, b}}), ring_usage{.slots = 1}), sentences{});
}

TEST(audit, sees_a_record_that_was_lost)
{
    EXPECT_EQ(audit(text, count({{0, a}, {2, c}, {3, d}}), {}),
              (sentences{"record 2 was handled 0 times",
                         "section 'libs': 1 packages of 10 KiB were counted, 2 of 30 KiB there are"}));
}

TEST(audit, sees_a_record_that_was_handled_twice)
{
    EXPECT_EQ(audit(text, count({{0, a}, {1, b}, {2, c}, {3, d}, {3, d}}), {}),
              (sentences{"record 4 was handled 2 times",
                         "section '(none)': 2 packages of 0 KiB were counted, 1 of 0 KiB there are"}));
}

TEST(audit, sees_one_record_taken_for_another)
{
    const auto findings = audit(text, count({{0, a}, {1, a}, {2, c}, {3, d}}), {});
    EXPECT_EQ(findings,
              (sentences{"section 'libs': 2 packages of 20 KiB were counted, 2 of 30 KiB there are"}));
}

TEST(audit, sees_records_and_sections_that_do_not_exist)
{
    const package e{.name = "e", .section = "games", .kib = 1};
    EXPECT_EQ(audit(text, count({{0, a}, {1, b}, {2, c}, {3, d}, {4, e}}), {}),
              (sentences{"record 5 was handled, and there are only 4", "section 'games' was made up"}));
}

TEST(audit, sees_a_removed_package_that_was_counted)
{
    EXPECT_EQ(audit(text, count({{0, a}, {1, b}, {2, d}, {3, d}}), {}),
              (sentences{"section '(none)': 2 packages of 0 KiB were counted, 1 of 0 KiB there are",
                         "0 packages were counted as not installed, 1 there are"}));
}

TEST(audit, sees_permits_that_are_not_back_and_slots_used_beyond_the_ring)
{
    const ring_usage usage{.slots = 2, .in_use = 1, .most_in_use = 3};
    EXPECT_EQ(audit(text, count({{0, a}, {1, b}, {2, c}, {3, d}}), usage),
              (sentences{"1 of 2 permits are not back", "3 of 2 slots were in use at once"}));
}

}  // namespace
