// Who waits for a thing of a pool; and what is to be said about a lease.
#pragma once

#include <chrono>
#include <cstdint>

#include <signalbox/detail/pool_core.hpp>
#include <signalbox/event.hpp>

namespace signalbox::detail {

/// On the stack of the thread that waits. Whoever takes it out of the queue fills `given`, under the lock,
/// and sets `gate` when it has let go of the lock; until then the thread doesn't leave.
struct pool_waiter : chained<pool_waiter> {
    std::uint32_t thread = 0;
    call_site where{};
    bool is_served = false;
    pool_core::offer given{};
    event gate{};
};

struct pool_lease_report {
    enum kind : std::uint8_t { nothing, returned, overdue, second };

    kind what = nothing;
    call_site lease{};  // where it was borrowed
    call_site again{};  // where its borrower borrows once more
    std::uint32_t borrower = 0;
    std::chrono::nanoseconds lasted{};
};

}  // namespace signalbox::detail
