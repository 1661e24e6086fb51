// Deadlines: every duration and time point becomes a point of the steady clock, saturated and rounded up.
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>

#include <gtest/gtest.h>

#include <signalbox/deadline.hpp>

namespace {

using namespace std::chrono_literals;
using signalbox::deadline;
using std::chrono::duration;
using std::chrono::hours;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using millennia = duration<std::int64_t, std::ratio<31'556'952'000>>;
using halves_of_a_nanosecond = duration<std::int64_t, std::ratio<1, 2'000'000'000>>;
using thirds = duration<std::int64_t, std::ratio<1, 3>>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// A clock whose epoch is far away and whose unit is odd, as that of a foreign system.
struct foreign_clock {
    using rep = std::uint64_t;
    using period = std::ratio<1, 10'000'000>;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<foreign_clock>;
    [[maybe_unused]] static constexpr bool is_steady = false;

    static time_point now()
    {
        const auto since = std::chrono::duration_cast<duration>(system_clock::now().time_since_epoch());
        return time_point{since + duration{116'444'736'000'000'000}};  // begun in 1601
    }
};

/// Says whether the deadline made by `make` lies `expected` after the moment at which it was made.
template <class Make>
bool lies_after(Make make, nanoseconds expected, nanoseconds unit = 1ns)
{
    const auto before = steady_clock::now();
    const deadline made = make();
    const auto after = steady_clock::now();
    return made.time() >= before + expected && made.time() <= after + expected + unit;
}

TEST(deadline, one_that_is_made_of_nothing_never_passes)
{
    constexpr deadline never;
    static_assert(never.is_never());
    EXPECT_FALSE(never.has_passed());
    EXPECT_EQ(never.time(), steady_clock::time_point::max());
    static_assert(std::is_nothrow_default_constructible_v<deadline> && sizeof(deadline) == 8);
}

TEST(deadline, a_duration_counts_from_now)
{
    EXPECT_TRUE(lies_after([] { return deadline::after(1ns); }, 1ns));
    EXPECT_TRUE(lies_after([] { return deadline::after(250ms); }, 250ms));
    EXPECT_TRUE(lies_after([] { return deadline::after(24h); }, 24h));
    EXPECT_TRUE(lies_after([] { return deadline::after(duration<float>(0.5F)); }, 500ms));
    EXPECT_TRUE(lies_after([] { return deadline::after(duration<double, std::milli>(1.5)); }, 1500us));
    EXPECT_TRUE(lies_after([] { return deadline::after(duration<std::uint8_t>(200)); }, 200s));
    EXPECT_TRUE(lies_after([] { return deadline::after(std::chrono::years(1)); }, std::chrono::years(1)));
    EXPECT_TRUE(
        lies_after([] { return deadline::after(duration<std::int64_t>(9'000'000'000)); }, 9'000'000'000s));
}

TEST(deadline, a_duration_is_rounded_up_so_that_no_wait_is_too_short)
{
    EXPECT_TRUE(lies_after([] { return deadline::after(halves_of_a_nanosecond(1)); }, 1ns));
    EXPECT_TRUE(lies_after([] { return deadline::after(halves_of_a_nanosecond(3)); }, 2ns));
    EXPECT_TRUE(lies_after([] { return deadline::after(thirds(1)); }, 333'333'334ns));
    EXPECT_TRUE(lies_after([] { return deadline::after(duration<double>(1e-12)); }, 1ns));
}

TEST(deadline, a_duration_that_is_not_positive_has_passed)
{
    const std::array made{deadline::after(0ns),
                          deadline::after(-1ns),
                          deadline::after(hours::min()),
                          deadline::after(millennia::min()),
                          deadline::after(duration<double>(-1e300)),
                          deadline::after(duration<double>(-infinity)),
                          deadline::after(duration<double>(no_number)),
                          deadline::after(duration<float>(-0.0F)),
                          deadline::after(duration<std::uint64_t>(0)),
                          deadline::passed()};
    for (const deadline& each : made) {
        EXPECT_TRUE(each.has_passed());
        EXPECT_FALSE(each.is_never());
    }
}

TEST(deadline, a_duration_beyond_the_clock_is_never)
{
    const std::array made{deadline::after(hours::max()),
                          deadline::after(nanoseconds::max()),
                          deadline::after(nanoseconds::max() - 1ns),
                          deadline::after(millennia(1)),
                          deadline::after(millennia::max()),
                          deadline::after(duration<double>(1e300)),
                          deadline::after(duration<float>::max()),
                          deadline::after(duration<double>(infinity)),
                          deadline::after(duration<std::uint64_t>::max()),
                          deadline::after(duration<std::uint64_t, std::nano>::max()),
                          deadline::after(duration<std::uint64_t, std::nano>(std::uint64_t{1} << 63U)),
                          deadline::after(duration<long double>(1e4000L)),
                          deadline::after(duration<std::int64_t, std::ratio<1, 3>>::max())};
    for (const deadline& each : made) {
        EXPECT_TRUE(each.is_never());
        EXPECT_FALSE(each.has_passed());
    }
}

TEST(deadline, a_point_of_the_steady_clock_stays_what_it_is)
{
    const auto soon = steady_clock::now() + 1h;
    EXPECT_EQ(deadline::at(soon).time(), soon);
    EXPECT_FALSE(deadline::at(soon).has_passed());
    EXPECT_TRUE(deadline::at(steady_clock::now()).has_passed());
    EXPECT_TRUE(deadline::at(steady_clock::time_point::max()).is_never());
    EXPECT_TRUE(deadline::at(steady_clock::time_point::min()).has_passed());
    using coarse = std::chrono::time_point<steady_clock, hours>;
    EXPECT_TRUE(deadline::at(coarse::max()).is_never());
    EXPECT_TRUE(deadline::at(coarse{hours::max() - 1h}).is_never());
    EXPECT_TRUE(deadline::at(coarse::min()).has_passed());
    using exact = std::chrono::time_point<steady_clock, duration<double>>;
    EXPECT_TRUE(deadline::at(exact{duration<double>(1e300)}).is_never());
    EXPECT_TRUE(deadline::at(exact{duration<double>(no_number)}).has_passed());
    static_assert(noexcept(deadline::at(soon)));
}

TEST(deadline, a_point_of_another_clock_lies_as_far_from_now_as_there)
{
    EXPECT_TRUE(lies_after([] { return deadline::at(system_clock::now() + 1h); }, 1h, 1s));
    EXPECT_TRUE(lies_after([] { return deadline::at(foreign_clock::now() + 1h); }, 1h, 1s));
    EXPECT_TRUE(deadline::at(system_clock::now() - 1ns).has_passed());
    EXPECT_TRUE(deadline::at(foreign_clock::now() - 1s).has_passed());
    EXPECT_TRUE(deadline::at(system_clock::time_point::max()).is_never());
    EXPECT_TRUE(deadline::at(std::chrono::sys_days::max()).is_never());
    EXPECT_TRUE(deadline::at(std::chrono::sys_days::max() - std::chrono::days{1}).is_never());
    EXPECT_TRUE(deadline::at(foreign_clock::time_point::max()).is_never());
    EXPECT_TRUE(deadline::at(system_clock::time_point::min()).has_passed());
    EXPECT_TRUE(deadline::at(std::chrono::sys_days::min()).has_passed());
    EXPECT_TRUE(deadline::at(foreign_clock::time_point::min()).has_passed());
    static_assert(noexcept(deadline::at(system_clock::now())));
    static_assert(!noexcept(deadline::at(foreign_clock::now())));
}

TEST(deadline, the_earlier_one_is_the_lesser)
{
    const deadline soon = deadline::after(1h);
    const deadline late = deadline::after(2h);
    EXPECT_LT(deadline::passed(), soon);
    EXPECT_LT(soon, late);
    EXPECT_LT(late, deadline{});
    EXPECT_EQ(soon, soon);
    EXPECT_NE(soon, late);
}

}  // namespace
