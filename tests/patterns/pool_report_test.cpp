// What a pool tells: leases that last too long, threads that borrow twice, statistics, wrong options.
#include <signalbox/patterns/pool.hpp>

#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "../contract/harness.hpp"
#include "gadgets.hpp"

namespace {

using namespace signalbox::contract;
using signalbox::outcome;
using signalbox::pool;
using ::testing::HasSubstr;

// Takes reports, from any thread.
class listener {
public:
    [[nodiscard]] auto ear()
    {
        return [this](std::string_view text) {
            const std::lock_guard lock{mutex_};
            heard_.emplace_back(text);
        };
    }
    [[nodiscard]] std::vector<std::string> heard() const
    {
        const std::lock_guard lock{mutex_};
        return heard_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> heard_;
};

std::string here(int line)
{
    return "pool_report_test.cpp:" + std::to_string(line) + " (TestBody)";
}

TEST(pool_report, a_lease_that_lasted_too_long_is_reported_when_it_comes_back)
{
    workshop shop;
    listener log;
    pool<gadget> things{shop.factory(), {.max = 1, .held_too_long = 0ns, .name = "db", .report = log.ear()}};
    auto lease = things.acquire();
    const int line = __LINE__ - 1;
    lease.release();
    ASSERT_EQ(log.heard().size(), 1U);
    EXPECT_THAT(log.heard()[0], HasSubstr("signalbox: pool db: a lease lasted for 0.0"));
    EXPECT_THAT(log.heard()[0], HasSubstr(here(line)));
    pool<gadget> patient{shop.factory(), {.max = 1, .held_too_long = 1h, .report = log.ear()}};
    patient.acquire().release();
    EXPECT_EQ(log.heard().size(), 1U);
}

TEST(pool_report, a_time_out_tells_of_the_lease_that_is_too_long_and_once)
{
    workshop shop;
    listener log;
    pool<gadget> things{shop.factory(), {.max = 1, .held_too_long = 0ns, .report = log.ear()}};
    auto lease = things.acquire();
    const int line = __LINE__ - 1;
    auto others = start([&] {
        EXPECT_FALSE(things.acquire(1ms));
        EXPECT_FALSE(things.acquire(1ms));
    });
    EXPECT_TRUE(others.get());
    lease.release();
    ASSERT_EQ(log.heard().size(), 1U);
    EXPECT_THAT(log.heard()[0], HasSubstr("so far"));
    EXPECT_THAT(log.heard()[0], HasSubstr(here(line)));
    EXPECT_EQ(things.statistics().held_long, 1U);
}

TEST(pool_report, the_maintenance_thread_tells_of_a_lease_that_is_too_long)
{
    workshop shop;
    listener log;
    pool<gadget> things{shop.factory(),
                        {.max = 2, .held_too_long = 1ms, .maintain_every = 1ms, .report = log.ear()}};
    auto lease = things.acquire();
    EXPECT_TRUE(eventually([&] { return !log.heard().empty(); }));
}

TEST(pool_report, a_thread_that_borrows_twice_is_told_where)
{
    workshop shop;
    listener log;
    pool<gadget> things{shop.factory(), {.max = 4, .report = log.ear()}};
    auto one = things.acquire();
    const int first = __LINE__ - 1;
    EXPECT_TRUE(start([&] { return static_cast<bool>(things.acquire()); }).get());
    EXPECT_EQ(log.heard().size(), 0U) << "another thread may";
    for (int i = 0; i < 3; ++i) {
        auto two = things.acquire();
    }
    const int second = __LINE__ - 2;
    ASSERT_EQ(log.heard().size(), 1U) << "once for each place";
    EXPECT_THAT(log.heard()[0], HasSubstr("borrows at " + here(second)));
    EXPECT_THAT(log.heard()[0], HasSubstr("lease from " + here(first)));
    EXPECT_EQ(things.statistics().borrowed_twice, 3U);
    one.release();
    auto fine = things.acquire();
    EXPECT_EQ(log.heard().size(), 1U);
}

TEST(pool_report, statistics_count_what_happened)
{
    workshop shop;
    pool<gadget> things{shop.factory(), {.max = 2, .warn_of_second = false}};
    auto one = things.acquire();
    auto two = things.acquire();
    EXPECT_FALSE(things.acquire(0ms));
    two.release();
    auto now = things.statistics();
    EXPECT_EQ(now.max, 2U);
    EXPECT_EQ(now.in_use, 1U);
    EXPECT_EQ(now.idle, 1U);
    EXPECT_EQ(now.created, 2U);
    EXPECT_EQ(now.timed_out, 1U);
    EXPECT_EQ(now.wait_time.count(), 2U);
    EXPECT_EQ(now.use_time.count(), 1U) << "the first use of each thing is timed";
    auto waits = start([&] {
        auto mine = things.acquire();
        return static_cast<bool>(things.acquire());
    });
    require([&] { return comes_to_wait(things, 1); });
    one.discard();
    EXPECT_TRUE(waits.get());
    now = things.statistics();
    EXPECT_EQ(now.closed, 1U);
    EXPECT_EQ(now.wait_time.count(), 4U);
    EXPECT_GT(now.wait_time.longest(), 0ns);
}

TEST(pool_report, times_are_counted_by_powers_of_two)
{
    signalbox::pool_times times;
    EXPECT_EQ(times.quantile(0.5), 0ns);
    times.add(0ns);
    times.add(1us);
    times.add(3us);
    times.add(3us);
    EXPECT_EQ(times.count(), 4U);
    EXPECT_EQ(times[0], 1U);
    EXPECT_EQ(times[1], 1U);
    EXPECT_EQ(times[2], 2U);
    EXPECT_EQ(times.quantile(0.25), 1us);
    EXPECT_EQ(times.quantile(0.5), 2us);
    EXPECT_EQ(times.quantile(1), 3us) << "the longest is known exactly";
    times.add(std::chrono::nanoseconds::max());
    EXPECT_EQ(times[signalbox::pool_times::buckets - 1], 1U);
    EXPECT_EQ(times.longest(), std::chrono::nanoseconds::max());
}

TEST(pool_report, options_that_contradict_themselves_are_refused)
{
    workshop shop;
    const auto refuses = [&](signalbox::pool_options<gadget> how) {
        return refusal(std::errc::invalid_argument,
                       [&] {
                           pool<gadget>{shop.factory(), std::move(how)};
                       })
            .has_value();
    };
    EXPECT_TRUE(refuses({.max = 0}));
    EXPECT_TRUE(refuses({.max_creating = 0}));
    EXPECT_TRUE(refuses({.max = 1, .maintain_every = 1s, .min_idle = 2}));
    EXPECT_TRUE(refuses({.min_idle = 1}));
    EXPECT_TRUE(refuses({.lifetime_jitter = 1.5}));
    EXPECT_FALSE(refuses({}));
}

}  // namespace
