// What the process and the machine have used so far, for differences between two moments.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <vector>

namespace bench {

inline double seconds_of(clockid_t clock) noexcept
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline double wall_seconds() noexcept
{
    return seconds_of(CLOCK_MONOTONIC);
}
inline double process_cpu_seconds() noexcept
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

// Processor seconds that all cores have spent on anything but idling (stolen by the host included),
// in steps of 10 ms. 0 where the kernel doesn't tell.
inline double machine_busy_seconds() noexcept
{
    std::FILE* file = std::fopen("/proc/stat", "r");
    if (file == nullptr)
        return 0;
    unsigned long long user = 0, nice = 0, system = 0, idle = 0, waiting = 0, hard = 0, soft = 0, stolen = 0;
    const int got = std::fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system,
                                &idle, &waiting, &hard, &soft, &stolen);
    std::fclose(file);
    if (got != 8)
        return 0;
    const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return static_cast<double>(user + nice + system + hard + soft + stolen) / per_second;
}

// The cores that this process may use.
inline std::vector<int> usable_cores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> cores;
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return cores;
    for (int core = 0; core < CPU_SETSIZE; ++core) {
        if (CPU_ISSET(static_cast<std::size_t>(core), &set))
            cores.push_back(core);
    }
    return cores;
}

// Keeps the calling thread, and those that it starts later, on these cores; false if the kernel refuses.
inline bool confine_this_thread(const std::vector<int>& cores)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int core : cores)
        CPU_SET(static_cast<std::size_t>(core), &set);
    return ::pthread_setaffinity_np(::pthread_self(), sizeof set, &set) == 0;
}

// Keeps the calling thread on one core; false if the kernel refuses.
inline bool pin_this_thread(int core)
{
    return confine_this_thread({core});
}

}  // namespace bench
