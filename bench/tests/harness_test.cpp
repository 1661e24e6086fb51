// The harness itself: its arithmetic, and that it finds out primitives that are wrong.
//
// No test here judges a speed. Those with threads give a wrong primitive enough chances to misbehave that
// only a machine that runs nothing at all could miss it: the checking pass yields inside sections, again and
// again.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "../harness/child.hpp"
#include "../harness/contend.hpp"
#include "../harness/handover.hpp"
#include "../harness/histogram.hpp"
#include "../harness/options.hpp"
#include "../harness/rounds.hpp"
#include "../harness/stats.hpp"
#include "../harness/work.hpp"
#include "../peers/broken.hpp"
#include "../peers/futex.hpp"
#include "../peers/none.hpp"
#include "../peers/std.hpp"

namespace bench {
namespace {

cell cell_of(unsigned permits, unsigned threads)
{
    cell asked;
    asked.permits = permits;
    asked.threads = threads;
    asked.inside_steps = 300;  // about half a microsecond
    asked.ms = 30;
    asked.warm_ms = 100;
    asked.patience_ms = 60'000;
    return asked;
}

TEST(bench_histogram, every_value_lies_between_the_bounds_of_its_bucket)
{
    std::vector<std::uint64_t> values = {0, 1, 15, 16, 17, 31, 32, 33, 1000, 123'456'789};
    for (unsigned shift = 6; shift < 62; ++shift)
        values.push_back((std::uint64_t{1} << shift) - 1 + shift % 3);
    for (const std::uint64_t value : values) {
        const std::size_t bucket = histogram::bucket_of(value);
        EXPECT_LE(histogram::least_of(bucket), value);
        EXPECT_GT(histogram::least_of(bucket + 1), value);
    }
}

TEST(bench_histogram, a_bucket_is_at_most_a_sixteenth_wide)
{
    for (std::size_t bucket = 32; bucket + 1 < histogram::bucket_count; ++bucket) {
        const std::uint64_t least = histogram::least_of(bucket);
        EXPECT_LE(histogram::least_of(bucket + 1) - least, least / 16);
    }
}

TEST(bench_histogram, the_greatest_value_fits_into_the_last_bucket)
{
    EXPECT_EQ(histogram::bucket_of(~std::uint64_t{0}), histogram::bucket_count - 1);
}

TEST(bench_histogram, quantiles_are_within_a_bucket_and_the_greatest_is_exact)
{
    histogram all;
    for (std::uint64_t value = 1; value <= 100'000; ++value)
        all.add(value);
    EXPECT_NEAR(all.quantile(0.5), 50'000, 50'000 / 16.0);
    EXPECT_NEAR(all.quantile(0.999), 99'900, 99'900 / 16.0);
    EXPECT_EQ(all.greatest(), 100'000U);
    EXPECT_EQ(all.count(), 100'000U);
}

TEST(bench_histogram, two_add_up_to_their_union)
{
    histogram first;
    histogram second;
    first.add(10);
    second.add(5'000'000);
    first.add(second);
    EXPECT_EQ(first.count(), 2U);
    EXPECT_EQ(first.greatest(), 5'000'000U);
}

TEST(bench_statistics, jains_index_is_one_when_all_get_the_same_and_one_over_n_when_one_gets_all)
{
    EXPECT_DOUBLE_EQ(jain_index({5, 5, 5, 5}), 1);
    EXPECT_DOUBLE_EQ(jain_index({8, 0, 0, 0}), 0.25);
}

TEST(bench_statistics, the_smallest_share_is_relative_to_an_even_one)
{
    EXPECT_DOUBLE_EQ(smallest_share({5, 5}), 1);
    EXPECT_DOUBLE_EQ(smallest_share({1, 3}), 0.5);
    EXPECT_DOUBLE_EQ(smallest_share({0, 3}), 0);
}

TEST(bench_statistics, medians_and_quartiles)
{
    EXPECT_DOUBLE_EQ(median({9, 1, 5}), 5);
    EXPECT_DOUBLE_EQ(median({1, 2, 3, 4}), 2.5);
    EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5}, 0.25), 2);
    EXPECT_DOUBLE_EQ(median({}), 0);
}

TEST(bench_work, jumping_gives_what_the_steps_give)
{
    for (const std::uint64_t steps : {0U, 1U, 2U, 3U, 61U, 1000U, 4097U})
        EXPECT_EQ(jump(1, steps), chain(1, steps));
}

TEST(bench_work, a_chain_of_sections_is_told_from_one_that_lost_a_step)
{
    data_line data;
    for (int i = 0; i < 10; ++i)
        section(data, 61);
    EXPECT_TRUE(is_chain_of(data, 10, 61));
    EXPECT_FALSE(is_chain_of(data, 11, 61));
    data.value = chain(data.value, 1);
    EXPECT_FALSE(is_chain_of(data, 10, 61));
}

TEST(bench_contended, good_primitives_pass_with_figures_that_add_up)
{
    for (const child_report& report :
         {run_cell<std_mutex>(cell_of(1, 4)), run_cell<futex_semaphore>(cell_of(1, 4)),
          run_cell<futex_semaphore>(cell_of(3, 8))}) {
        ASSERT_EQ(report.status, status_ok);
        EXPECT_GT(report.figures.rate, 0);
        EXPECT_LE(report.figures.jain, 1 + 1e-9);
        EXPECT_LE(report.figures.smallest, 1 + 1e-9);
        EXPECT_GE(report.figures.wait_p999, report.figures.wait_p50);
        EXPECT_GE(report.figures.wait_worst, report.figures.wait_p999);
    }
}

TEST(bench_contended, a_mutex_that_excludes_nobody_is_found_out)
{
    EXPECT_EQ(run_cell<broken_open_mutex>(cell_of(1, 4)).status, status_not_exclusive);
}

TEST(bench_contended, lost_sections_are_found_out_in_the_pass_without_clocks_too)
{
    pass_result ignored;
    EXPECT_STREQ((run_pass<pass_kind::throughput, broken_open_mutex>(cell_of(1, 4), ignored)),
                 status_not_exclusive);
}

TEST(bench_contended, a_semaphore_with_one_permit_too_many_is_found_out)
{
    for (const unsigned permits : {1U, 2U, 8U}) {
        EXPECT_EQ(run_cell<broken_generous>(cell_of(permits, 16)).status, status_not_exclusive) << permits;
    }
}

TEST(bench_contended, a_semaphore_that_loses_permits_is_reported_as_hung)
{
    cell asked = cell_of(2, 4);
    asked.patience_ms = 200;
    EXPECT_EQ(run_cell<broken_greedy>(asked).status, status_hung);
}

TEST(bench_contended, the_floor_measures_whole_sections_and_none_of_them_writes)
{
    cell asked = cell_of(1, 1);
    asked.what = kind::shared;
    asked.writes = 500;
    asked.inside_steps = 10'000;
    const child_report floor = run_cell<no_lock>(asked);
    const child_report lock = run_cell<std_shared>(asked);
    EXPECT_EQ(floor.status, status_ok);
    EXPECT_EQ(lock.status, status_ok);
    EXPECT_GT(floor.figures.wait_p50, 5 * lock.figures.wait_p50);
    asked.threads = 4;
    EXPECT_EQ(run_cell<no_lock>(asked).status, status_ok) << "nobody changed what others read";
}

// Two threads take turns of 20 ms each, by a mutex whose holder sleeps: waits are about that long, and exact.
struct slow_mutex : std_mutex {
    using std_mutex::std_mutex;
    void enter(node& none)
    {
        std_mutex::enter(none);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
};

TEST(bench_contended, a_wait_that_outlives_the_pass_is_recorded_in_full)
{
    cell asked = cell_of(1, 2);
    asked.warm_ms = 1;
    asked.ms = 5;
    asked.ns_per_tick = measure_ns_per_tick();
    pass_result result;
    ASSERT_STREQ((run_pass<pass_kind::waits, slow_mutex>(asked, result)), status_ok);
    EXPECT_GE(static_cast<double>(result.waits.greatest()) * asked.ns_per_tick, 19e6);
}

TEST(bench_handover, a_good_semaphore_passes)
{
    if (usable_cores().empty())
        GTEST_SKIP() << "the kernel doesn't say which cores may be used";
    handover_figures figures;
    EXPECT_EQ(run_handover<futex_semaphore>(placement::one, 20, figures), status_ok);
    EXPECT_GT(figures.mean, 0);
    EXPECT_GE(figures.worst, figures.p50);
}

struct open_semaphore : broken_open<kind::semaphore> {
    using broken_open::broken_open;
};

TEST(bench_handover, a_semaphore_that_does_not_wait_is_found_out)
{
    handover_figures figures;
    EXPECT_EQ(run_handover<open_semaphore>(placement::one, 20, figures), status_wrong_order);
}

TEST(bench_rounds, a_try_that_succeeds_where_it_must_fail_gives_an_absurd_figure)
{
    futex_semaphore empty(0);
    futex_semaphore full(1'000'000);
    EXPECT_LT(time_failures(&empty), std::uint64_t{1} << 60U);
    EXPECT_GT(time_failures(&full), std::uint64_t{1} << 60U);
}

TEST(bench_child, its_output_and_its_end_are_reported)
{
    EXPECT_EQ(run_child({"/bin/echo", "hello"}, std::chrono::seconds(60)).text, "hello\n");
    EXPECT_EQ(run_child({"/bin/sh", "-c", "exit 3"}, std::chrono::seconds(60)).status, "exit 3");
    EXPECT_EQ(run_child({"/bin/sh", "-c", "kill -SEGV $$"}, std::chrono::seconds(60)).status, "signal 11");
}

TEST(bench_child, one_that_does_not_end_is_killed_and_reported_as_hung)
{
    EXPECT_EQ(run_child({"/bin/sleep", "600"}, std::chrono::milliseconds(50)).status, status_hung);
}

TEST(bench_options, text_is_split_and_empty_parts_are_left_out)
{
    EXPECT_EQ(split("a,b,,c", ','), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(split("", ',').empty());
}

}  // namespace
}  // namespace bench
