// oneTBB's mutexes: one that spins, one that queues and spins, one that sleeps.
#pragma once

#include <oneapi/tbb/mutex.h>
#include <oneapi/tbb/queuing_mutex.h>
#include <oneapi/tbb/spin_mutex.h>

#include "peer.hpp"

namespace bench {

template <class Mutex>
struct tbb_plain {
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit tbb_plain(unsigned) {}
    void enter(node&) { mutex.lock(); }
    void leave(node&) { mutex.unlock(); }
    bool try_enter(node&) { return mutex.try_lock(); }
    Mutex mutex;
};

struct tbb_mutex : tbb_plain<oneapi::tbb::mutex> {
    static constexpr const char* name = "tbb_mutex";
    using tbb_plain::tbb_plain;
};
struct tbb_spin : tbb_plain<oneapi::tbb::spin_mutex> {
    static constexpr const char* name = "tbb_spin";
    using tbb_plain::tbb_plain;
};

struct tbb_queuing {
    static constexpr const char* name = "tbb_queuing";
    static constexpr kind what = kind::mutex;
    using node = oneapi::tbb::queuing_mutex::scoped_lock;
    explicit tbb_queuing(unsigned) {}
    void enter(node& place) { place.acquire(mutex); }
    void leave(node& place) { place.release(); }
    bool try_enter(node& place) { return place.try_acquire(mutex); }
    oneapi::tbb::queuing_mutex mutex;
};

using tbb_peers = peer_list<tbb_mutex, tbb_spin, tbb_queuing>;

}  // namespace bench
