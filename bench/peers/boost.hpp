// Boost.Interprocess, used between threads. On Linux both are thin wrappers of process-shared POSIX objects.
#pragma once

#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <boost/interprocess/sync/interprocess_upgradable_mutex.hpp>

#include "peer.hpp"

namespace bench {

struct boost_mutex {
    static constexpr const char* name = "boost";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit boost_mutex(unsigned) {}
    void enter(node&) { mutex.lock(); }
    void leave(node&) { mutex.unlock(); }
    bool try_enter(node&) { return mutex.try_lock(); }
    boost::interprocess::interprocess_mutex mutex;
};

struct boost_semaphore {
    static constexpr const char* name = "boost";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit boost_semaphore(unsigned permits) : semaphore(permits) {}
    void enter(node&) { semaphore.wait(); }
    void leave(node&) { semaphore.post(); }
    bool try_enter(node&) { return semaphore.try_wait(); }
    boost::interprocess::interprocess_semaphore semaphore;
};

struct boost_shared {
    static constexpr const char* name = "boost";
    static constexpr kind what = kind::shared;
    using node = no_node;
    explicit boost_shared(unsigned) {}
    void enter(node&) { mutex.lock(); }
    void leave(node&) { mutex.unlock(); }
    void enter_shared(node&) { mutex.lock_sharable(); }
    void leave_shared(node&) { mutex.unlock_sharable(); }
    boost::interprocess::interprocess_upgradable_mutex mutex;
};

using boost_peers = peer_list<boost_mutex, boost_semaphore, boost_shared>;

}  // namespace bench
