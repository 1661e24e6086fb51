// glibc's mutexes of three types, and the POSIX semaphore.
//
// Because      std::mutex is the plain type; it's listed again as pthread_plain to show that the wrapper is
//              free. pthread_adaptive spins before it sleeps; pthread_pi lends the waiter's priority through
//              the kernel.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include <cerrno>

#include "peer.hpp"

namespace bench {

template <int Type, int Protocol>
class pthread_mutex {
public:
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit pthread_mutex(unsigned)
    {
        pthread_mutexattr_t attributes;
        pthread_mutexattr_init(&attributes);
        pthread_mutexattr_settype(&attributes, Type);
        pthread_mutexattr_setprotocol(&attributes, Protocol);
        pthread_mutex_init(&mutex_, &attributes);
        pthread_mutexattr_destroy(&attributes);
    }
    pthread_mutex(const pthread_mutex&) = delete;
    ~pthread_mutex() { pthread_mutex_destroy(&mutex_); }
    void enter(node&) { pthread_mutex_lock(&mutex_); }
    void leave(node&) { pthread_mutex_unlock(&mutex_); }
    bool try_enter(node&) { return pthread_mutex_trylock(&mutex_) == 0; }

private:
    pthread_mutex_t mutex_;
};

struct pthread_plain : pthread_mutex<PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE> {
    static constexpr const char* name = "pthread_plain";
    using pthread_mutex::pthread_mutex;
};
struct pthread_adaptive : pthread_mutex<PTHREAD_MUTEX_ADAPTIVE_NP, PTHREAD_PRIO_NONE> {
    static constexpr const char* name = "pthread_adaptive";
    using pthread_mutex::pthread_mutex;
};
struct pthread_pi : pthread_mutex<PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT> {
    static constexpr const char* name = "pthread_pi";
    using pthread_mutex::pthread_mutex;
};

class posix_semaphore {
public:
    static constexpr const char* name = "sem_t";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit posix_semaphore(unsigned permits) { sem_init(&semaphore_, 0, permits); }
    posix_semaphore(const posix_semaphore&) = delete;
    ~posix_semaphore() { sem_destroy(&semaphore_); }
    void enter(node&)
    {
        while (sem_wait(&semaphore_) != 0 && errno == EINTR) {
        }
    }
    void leave(node&) { sem_post(&semaphore_); }
    bool try_enter(node&) { return sem_trywait(&semaphore_) == 0; }

private:
    sem_t semaphore_;
};

using pthread_peers = peer_list<pthread_plain, pthread_adaptive, pthread_pi, posix_semaphore>;

}  // namespace bench
