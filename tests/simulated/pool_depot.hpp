// What the searches of the pool lend, and from where.
// Checked by   tests/simulated/pool_test.cpp, tests/simulated/pool_sharing_test.cpp
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <signalbox/patterns/pool.hpp>
#include <signalbox/platform/stop.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {

inline constexpr std::uint64_t pool_executions = 3'000;
inline constexpr std::uint8_t pool_preemptions = 2;

/// What is lent: one counts itself, and is used by one thread at a time.
class wagon {
public:
    wagon(tally& all, int most) : all_{&all}
    {
        all.add(1);
        require(all.value() <= most, "no more things than allowed");
    }
    wagon(wagon&& other) noexcept : all_{std::exchange(other.all_, nullptr)} {}
    wagon& operator=(wagon&&) = delete;
    ~wagon()
    {
        if (all_ != nullptr) {
            all_->add(-1);
        }
    }
    void use() { uses_.write(uses_.read() + 1); }

private:
    tally* all_;
    shared_data<int> uses_{0};
};

inline pool_options<wagon> at_most(std::size_t max)
{
    return {.max = max, .warn_of_second = false};
}

struct depot {
    tally alive;
    tally lent;
    platform::stop_source stop;
    pool<wagon> wagons;
    pool<wagon>::lease held;

    explicit depot(std::size_t max, int most = 0)
        : wagons{[this, most = most == 0 ? static_cast<int>(max) : most] {
                     return wagon{alive, most};
                 },
                 at_most(max)}
    {
    }

    /// Borrows, uses, gives back; how the wait ended.
    outcome visit(const limit& within)
    {
        auto mine = wagons.acquire(within);
        if (mine) {
            mine->use();
            lent.add(1);
        }
        return mine.outcome();
    }
    void borrow_first() { held = wagons.acquire(); }

    /// When all have ended.
    void check(std::size_t max)
    {
        const auto now = wagons.statistics();
        require(now.in_use + now.creating + now.waiting == 0, "nothing is lent, made, or waited for");
        require(now.idle == static_cast<std::size_t>(alive.value()), "all that there are, are idle");
        require(now.idle <= max, "not too many");
        if (!wagons.is_closed()) {
            require(static_cast<bool>(wagons.acquire(std::chrono::seconds{0})), "no place is lost");
        }
    }
};

}  // namespace signalbox::simulated
