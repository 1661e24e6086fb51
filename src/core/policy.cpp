// The numbers in force, and the one that is measured.
//
// Because      What a wake-up costs differs by a factor of 50 between machines (a halted virtual core against
//              a busy-waiting one), so that no constant is right. Every wake-up on another core is a
//              measurement.
#include "core/policy.hpp"

namespace signalbox::detail {

constinit waiting_policy policy{};

constinit platform::atomic<std::uint32_t> wake_cost::average_ns{40'000};

void wake_cost::learn(std::chrono::nanoseconds measured) noexcept
{
    const auto capped = static_cast<std::uint32_t>(std::clamp<std::int64_t>(measured.count(), 0, 200'000));
    // relaxed: a lost update loses one of many measurements
    const std::uint32_t old = average_ns.load(std::memory_order_relaxed);
    average_ns.store(old - old / 8 + capped / 8, std::memory_order_relaxed);  // relaxed: as above
}

std::chrono::nanoseconds wake_cost::spin_time() noexcept
{
    // relaxed: any recent value will do
    const std::chrono::nanoseconds cost{average_ns.load(std::memory_order_relaxed)};
    return std::clamp(cost + cost / 4, policy.spin_least, policy.spin_most);
}

}  // namespace signalbox::detail
