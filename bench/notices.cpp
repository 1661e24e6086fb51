// The cells of bench_process about death: from the SIGKILL of a holder to the waiter that goes on.
//
// Because      The system needs a part of that itself: it wakes the holder to kill it, and then the waiter. A
//              robust pthread mutex adds nothing to that, so it stands beside.
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <signalbox/process/semaphore.hpp>

#include "harness/stats.hpp"
#include "several_processes.hpp"

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
namespace process = signalbox::process;

struct victim {
    std::function<void()> take;
    std::function<void()> take_back;  // by the waiter, from the dead
    std::function<void()> give;
};

victim permit_victim()
{
    struct state {
        process::semaphore object = process::semaphore::anonymous();
        signalbox::permit<process::semaphore> held{};
    };
    const auto one = std::make_shared<state>();
    const auto take = [one] { one->held = signalbox::permit{one->object}; };
    return {take, take, [one] { one->held.release(); }};
}

victim robust_victim()
{
    auto* const lock = shared_memory<pthread_mutex_t>();
    pthread_mutexattr_t how;
    ::pthread_mutexattr_init(&how);
    ::pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    ::pthread_mutex_init(lock, &how);
    return {[lock] { ::pthread_mutex_lock(lock); },
            [lock] {
                ::pthread_mutex_lock(lock);
                ::pthread_mutex_consistent(lock);
            },
            [lock] { ::pthread_mutex_unlock(lock); }};
}

struct times {
    std::atomic<bool> is_held;
    std::atomic<std::int64_t> killed;
};

// In microseconds. The kill comes when the waiter has long been asleep.
double notice(const victim& what, std::size_t resident)
{
    auto* const seen = shared_memory<times>();
    const pid_t holder = ::fork();
    if (holder == 0) {
        const std::unique_ptr<char[]> memory{new char[resident + 1]};
        for (std::size_t i = 0; i < resident; i += 4096)
            memory[i] = 1;
        what.take();
        seen->is_held.store(true);
        for (;;)
            ::pause();
    }
    while (!seen->is_held.load())
        ::usleep(100);
    const pid_t killer = ::fork();
    if (killer == 0) {
        ::usleep(6'000);
        seen->killed.store(clock::now().time_since_epoch().count());
        ::kill(holder, SIGKILL);
        ::_exit(0);
    }
    what.take_back();
    const std::int64_t noticed = clock::now().time_since_epoch().count();
    what.give();
    ::waitpid(killer, nullptr, 0);
    ::waitpid(holder, nullptr, 0);
    const double us = static_cast<double>(noticed - seen->killed.load()) / 1e3;
    ::munmap(seen, sizeof *seen);
    return us;
}

}  // namespace

void print_notices(const options& given)
{
    const victim ours = permit_victim();
    const victim robust = robust_victim();
    for (const std::size_t resident : {std::size_t{0}, std::size_t{1'500'000'000}}) {
        std::vector<double> us, theirs, ratios;
        for (unsigned i = 0; i < given.count("notices", 10); ++i) {
            us.push_back(notice(ours, resident));
            theirs.push_back(notice(robust, resident));
            ratios.push_back(us.back() / theirs.back());
        }
        const std::string name = std::to_string(resident / 1'000'000) + " MB resident";
        print_figure(given, {"notice", name, "us", us, "robust pthread mutex", median(ratios)});
        print_figure(given, {"notice, robust pthread mutex", name, "us", theirs, "", 0});
    }
}

}  // namespace bench
