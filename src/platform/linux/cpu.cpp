// How many cores this process may use, and on which one a thread runs.
//
// Source       sched_getaffinity(2), getcpu(2) (answered from rseq(2) by the C library where that is
//              registered)
#include <signalbox/platform/cpu.hpp>

#include <sched.h>
#include <thread>
#include <unistd.h>

namespace signalbox::platform {
namespace {

unsigned count_cpus() noexcept
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    // Of the process's first thread: the caller may be pinned to one core while others are not.
    if (sched_getaffinity(getpid(), sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0) {
        return static_cast<unsigned>(CPU_COUNT(&allowed));
    }
    const unsigned all = std::thread::hardware_concurrency();  // more than CPU_SETSIZE cores
    return all == 0 ? 1 : all;
}

}  // namespace

void yield() noexcept
{
    ::sched_yield();
}

unsigned cpu_count() noexcept
{
    static const unsigned count = count_cpus();
    return count;
}

unsigned machine_cpu_count() noexcept
{
    static const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : static_cast<unsigned>(count);
}

unsigned current_cpu() noexcept
{
    const int cpu = sched_getcpu();
    return cpu < 0 ? no_cpu : static_cast<unsigned>(cpu);
}

}  // namespace signalbox::platform
