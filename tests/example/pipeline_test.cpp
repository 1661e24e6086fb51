// Producer and workers together: everything is counted once, and the first mistake of the file is the one
// reported.
#include "pipeline.hpp"

#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "audit.hpp"

namespace {

using namespace package_sizes;

std::string make_database(int records)
{
    std::string text;
    for (int i = 0; i < records; ++i) {
        text += "Package: p" + std::to_string(i) + "\nSection: s" + std::to_string(i % 7) +
                "\nInstalled-Size: " + std::to_string(i) + "\nVersion: 1\n\n";
    }
    return text;
}

const auto no_progress = [](std::size_t) {};

class every_shape : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {};

TEST_P(every_shape, counts_every_record_once)
{
    const auto [workers, slots] = GetParam();
    const auto text = make_database(2000);
    const auto result = count_packages(text, workers, slots, no_progress);
    EXPECT_EQ(audit(text, result.counted, result.usage), std::vector<std::string>{});
    EXPECT_EQ(result.usage.taken, 2000U);
    EXPECT_EQ(result.by_worker.size(), workers);
    EXPECT_EQ(std::accumulate(result.by_worker.begin(), result.by_worker.end(), std::size_t{0}), 2000U);
}

INSTANTIATE_TEST_SUITE_P(pipeline, every_shape,
                         testing::Values(std::pair{1, 1}, std::pair{1, 64}, std::pair{8, 1}, std::pair{3, 2},
                                         std::pair{64, 7}));

TEST(pipeline, reports_the_first_wrong_line_however_the_threads_run)
{
    auto text = make_database(300);
    const auto first = text.find("Installed-Size: 100\n");
    text.replace(first, 19, "Installed-Size: abc");
    text.replace(text.find("Package: p101\n"), 14, "Packing: p101\n");
    text.replace(text.find("Package: p250\n"), 14, "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\n");
    for (int round = 0; round < 50; ++round) {
        try {
            (void)count_packages(text, 4, 8, no_progress);
            FAIL() << "the mistake was not seen";
        } catch (const data_error& error) {
            ASSERT_EQ(error.line(), 503U) << error.what();
        }
    }
}

TEST(pipeline, progress_is_shown_at_once)
{
    std::size_t calls = 0;
    (void)count_packages(make_database(1), 1, 1, [&](std::size_t) { ++calls; });
    EXPECT_GE(calls, 1U);
}

}  // namespace
