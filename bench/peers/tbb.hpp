// oneTBB's mutexes: one that spins, one that queues and spins, one that sleeps.
#pragma once

#include <oneapi/tbb/mutex.h>
#include <oneapi/tbb/queuing_mutex.h>
#include <oneapi/tbb/queuing_rw_mutex.h>
#include <oneapi/tbb/rw_mutex.h>
#include <oneapi/tbb/spin_mutex.h>
#include <oneapi/tbb/spin_rw_mutex.h>

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

template <class Mutex>
struct tbb_shared_of {
    static constexpr kind what = kind::shared;
    using node = typename Mutex::scoped_lock;
    explicit tbb_shared_of(unsigned) {}
    void enter(node& place) { place.acquire(mutex, true); }
    void leave(node& place) { place.release(); }
    void enter_shared(node& place) { place.acquire(mutex, false); }
    void leave_shared(node& place) { place.release(); }
    Mutex mutex;
};

struct tbb_shared : tbb_shared_of<oneapi::tbb::rw_mutex> {
    static constexpr const char* name = "tbb_rw";
    using tbb_shared_of::tbb_shared_of;
};
struct tbb_shared_spin : tbb_shared_of<oneapi::tbb::spin_rw_mutex> {
    static constexpr const char* name = "tbb_rw_spin";
    using tbb_shared_of::tbb_shared_of;
};
struct tbb_shared_queuing : tbb_shared_of<oneapi::tbb::queuing_rw_mutex> {
    static constexpr const char* name = "tbb_rw_queuing";
    using tbb_shared_of::tbb_shared_of;
};

using tbb_peers =
    peer_list<tbb_mutex, tbb_spin, tbb_queuing, tbb_shared, tbb_shared_spin, tbb_shared_queuing>;

}  // namespace bench
