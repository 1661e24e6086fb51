// The table of docs/recovery.md: a process is killed at each instruction of one acquire and one release, of
// this library's primitives and of the system's.
//
// It fails if one of ours loses, doubles or blocks anything.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <new>
#include <vector>

#include <pthread.h>
#include <semaphore.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/recursive_mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "stepping.hpp"

namespace signalbox::crash {
namespace {

using namespace std::chrono_literals;

enum class left { fine, leaked, doubled, blocked };

struct peer {
    const char* name;
    bool is_ours;
    std::function<void()> acquire;
    std::function<void()> release;
    std::function<left()> look;  // after a kill; puts it in order again
};

template <class T>
T& shared_memory()
{
    void* const memory =
        ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return *new (memory) T{};
}

timespec soon()
{
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    now.tv_nsec += 100'000'000;
    now.tv_sec += now.tv_nsec / 1'000'000'000;
    now.tv_nsec %= 1'000'000'000;
    return now;
}

left compared(long value)
{
    return value == 1 ? left::fine : value < 1 ? left::leaked : left::doubled;
}

peer posix_semaphore()
{
    auto& object = shared_memory<sem_t>();
    ::sem_init(&object, 1, 1);
    return {"`sem_t`, shared", false, [&] { ::sem_wait(&object); }, [&] { ::sem_post(&object); },
            [&] {
                int value = 0;
                ::sem_getvalue(&object, &value);
                ::sem_destroy(&object);
                ::sem_init(&object, 1, 1);
                return compared(value);
            }};
}

peer system_v(const char* name, short flags)
{
    const int object = ::semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
    ::semctl(object, 0, SETVAL, 1);
    const auto change = [=](short n) {
        sembuf how{0, n, flags};
        while (::semop(object, &how, 1) != 0 && errno == EINTR) {
        }
    };
    return {name, false, [=] { change(-1); }, [=] { change(1); },
            [=] {
                const int value = ::semctl(object, 0, GETVAL);
                ::semctl(object, 0, SETVAL, 1);
                return compared(value);
            }};
}

peer posix_mutex(const char* name, int robust)
{
    auto& object = shared_memory<pthread_mutex_t>();
    pthread_mutexattr_t how;
    ::pthread_mutexattr_init(&how);
    ::pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&how, robust);
    ::pthread_mutex_init(&object, &how);
    return {name, false, [&] { ::pthread_mutex_lock(&object); }, [&] { ::pthread_mutex_unlock(&object); },
            [&object, how] {
                const timespec until = soon();
                const int result = ::pthread_mutex_timedlock(&object, &until);
                if (result == EOWNERDEAD) {
                    ::pthread_mutex_consistent(&object);
                }
                if (result == 0 || result == EOWNERDEAD) {
                    ::pthread_mutex_unlock(&object);
                    return left::fine;
                }
                new (&object) pthread_mutex_t{};
                ::pthread_mutex_init(&object, &how);
                return left::blocked;
            }};
}

peer our_permit(const char* name, std::ptrdiff_t n)
{
    auto& object = *new process::semaphore{process::semaphore::anonymous({.capacity = n})};
    auto& held = *new permit<process::semaphore>;
    return {name, true,
            [&, n] {
                held = permit{object, n};
            },
            [&] { held.release(); },
            [&, n] {
                const std::ptrdiff_t free = object.available();
                const permit all{object, n, 1s};
                return free < n ? left::leaked : free > n ? left::doubled : all ? left::fine : left::blocked;
            }};
}

template <class Mutex>
peer our_mutex(const char* name)
{
    auto& object = *new Mutex{Mutex::anonymous()};
    return {name, true, [&] { object.lock(); }, [&] { object.unlock(); },
            [&] {
                if (!is_acquired(object.lock(1s))) {
                    return left::blocked;
                }
                object.unlock();
                return left::fine;
            }};
}

// Prints its row; whether nothing was lost.
bool try_all(const peer& one)
{
    int counts[4] = {};
    int points = 0;
    for (std::size_t at = 0;; ++at) {
        const steps result = kill_at(at, [&] {
            one.acquire();
            one.release();
            begin();
            one.acquire();
            one.release();
            end();
        });
        ++counts[static_cast<int>(one.look())];
        ++points;
        if (result.has_ended || result.is_stuck) {
            break;
        }
    }
    const bool is_sound = counts[1] + counts[2] + counts[3] == 0;
    std::printf("| %-40s | %5d | %5d | %5d | %5d |\n", one.name, points, counts[1], counts[2], counts[3]);
    std::fflush(stdout);
    return is_sound || !one.is_ours;
}

}  // namespace
}  // namespace signalbox::crash

int main()
{
    using namespace signalbox::crash;
    namespace process = signalbox::process;
    const std::vector<peer> all{
        our_permit("`permit` of a `process::semaphore`", 1),
        our_permit("the same, 5 at once", 5),
        our_mutex<process::mutex>("`process::mutex`"),
        our_mutex<process::recursive_mutex>("`process::recursive_mutex`"),
        posix_semaphore(),
        system_v("System V semaphore", 0),
        system_v("System V semaphore, `SEM_UNDO`", SEM_UNDO),
        posix_mutex("pthread mutex, shared", PTHREAD_MUTEX_STALLED),
        posix_mutex("pthread mutex, shared, robust", PTHREAD_MUTEX_ROBUST),
    };
    std::printf("| %-40s | killed | lost | doubled | blocked |\n|---|---:|---:|---:|---:|\n",
                "acquire + release");
    bool is_sound = true;
    for (const auto& one : all) {
        is_sound = try_all(one) && is_sound;
    }
    return is_sound ? 0 : 1;
}
