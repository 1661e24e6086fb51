// libstdc++'s primitives (in the twin programs, which are built with -stdlib=libc++: libc++'s).
//
// Because      std::counting_semaphore of libstdc++ 12 can sleep for ever beside free permits (GCC bug
//              104928); the harness reports such a run as hung.
#pragma once

#include <mutex>
#include <semaphore>
#include <shared_mutex>

#include "peer.hpp"

namespace bench {

struct std_mutex {
    static constexpr const char* name = "std";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit std_mutex(unsigned) {}
    void enter(node&) { mutex.lock(); }
    void leave(node&) { mutex.unlock(); }
    bool try_enter(node&) { return mutex.try_lock(); }
    std::mutex mutex;
};

struct std_semaphore {
#if defined(SIGNALBOX_BENCH_TWIN)
    static constexpr const char* name = "libcxx";
#else
    static constexpr const char* name = "std";
#endif
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit std_semaphore(unsigned permits) : semaphore(static_cast<std::ptrdiff_t>(permits)) {}
    void enter(node&)
    {
        semaphore.acquire();
    }
    void leave(node&)
    {
        semaphore.release();
    }
    bool try_enter(node&)
    {
        return semaphore.try_acquire();
    }
    std::counting_semaphore<> semaphore;
};

struct std_shared {
    static constexpr const char* name = "std";
    static constexpr kind what = kind::shared;
    using node = no_node;
    explicit std_shared(unsigned) {}
    void enter(node&) { mutex.lock(); }
    void leave(node&) { mutex.unlock(); }
    void enter_shared(node&) { mutex.lock_shared(); }
    void leave_shared(node&) { mutex.unlock_shared(); }
    std::shared_mutex mutex;
};

using std_peers = peer_list<std_mutex, std_semaphore, std_shared>;

}  // namespace bench
