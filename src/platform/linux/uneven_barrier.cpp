// The heavy half of a barrier between processes: membarrier(2).
//
// Because      A process with one thread joins in 0.2 us, one with several waits for a grace period of the
//              kernel: so it's done when the library is loaded. A child asks again, and waits for nothing.
// Source       membarrier(2)
#include <signalbox/platform/uneven_barrier.hpp>

#include <cerrno>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <signalbox/platform/atomic.hpp>

namespace signalbox::platform {
namespace {

constinit atomic<bool> has_barriers{true};
constinit atomic<bool> has_joined{false};

bool ask(int command) noexcept
{
    const int saved = errno;
    const bool is_done = has_barriers.load() && ::syscall(SYS_membarrier, command, 0, 0) == 0;
    errno = saved;
    return is_done;
}

[[gnu::constructor(101)]] void join_early() noexcept
{
    join_heavy_barriers();
}

}  // namespace

bool join_heavy_barriers() noexcept
{
    if (!has_barriers.load()) {
        return false;
    }
    if (!has_joined.load()) {
        has_joined.store(ask(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED));
    }
    return has_joined.load();
}

void forget_heavy_barriers() noexcept
{
    has_joined.store(false);
}

bool heavy_barrier() noexcept
{
    return ask(MEMBARRIER_CMD_GLOBAL_EXPEDITED);
}

void set_heavy_barriers(bool are_there) noexcept
{
    has_barriers.store(are_there);
}

}  // namespace signalbox::platform
