// Our own: as a user would call them.
#pragma once

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>

#include <cstddef>

#include "peer.hpp"

namespace bench {

struct signalbox_mutex {
    static constexpr const char* name = "signalbox";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit signalbox_mutex(unsigned) {}
    void enter(node&) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS { mutex.lock(); }
    void leave(node&) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS { mutex.unlock(); }
    bool try_enter(node&) { return mutex.try_lock(); }
    signalbox::mutex mutex;
};

template <signalbox::fairness Fairness>
struct signalbox_semaphore_of {
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit signalbox_semaphore_of(unsigned permits)
        : semaphore(static_cast<std::ptrdiff_t>(permits), options())
    {
    }
    void enter(node&) { semaphore.acquire(); }
    void leave(node&) { semaphore.release(); }
    bool try_enter(node&) { return semaphore.try_acquire(); }
    void enter_many(node&, unsigned permits) { semaphore.acquire(static_cast<std::ptrdiff_t>(permits)); }
    void leave_many(node&, unsigned permits) { semaphore.release(static_cast<std::ptrdiff_t>(permits)); }
    static signalbox::semaphore_options options()
    {
        signalbox::semaphore_options result{};
        result.fairness = Fairness;
        return result;
    }
    signalbox::semaphore semaphore;
};

struct signalbox_semaphore : signalbox_semaphore_of<signalbox::fairness::bounded> {
    static constexpr const char* name = "signalbox";
    using signalbox_semaphore_of::signalbox_semaphore_of;
};
struct signalbox_fifo : signalbox_semaphore_of<signalbox::fairness::fifo> {
    static constexpr const char* name = "signalbox_fifo";
    using signalbox_semaphore_of::signalbox_semaphore_of;
};

struct signalbox_shared {
    static constexpr const char* name = "signalbox";
    static constexpr kind what = kind::shared;
    using node = no_node;
    explicit signalbox_shared(unsigned) {}
    void enter(node&) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS { mutex.lock(); }
    void leave(node&) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS { mutex.unlock(); }
    void enter_shared(node&) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS { mutex.lock_shared(); }
    void leave_shared(node&) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS { mutex.unlock_shared(); }
    signalbox::shared_mutex mutex;
};

using signalbox_peers = peer_list<signalbox_mutex, signalbox_shared, signalbox_semaphore, signalbox_fifo>;

}  // namespace bench
