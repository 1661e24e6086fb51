// moodycamel's LightweightSemaphore: a counter in front of sem_t, which spins 10,000 rounds before it sleeps.
#pragma once

#include <concurrentqueue/concurrentqueue.h>  // defines a macro that the next one uses
#include <concurrentqueue/lightweightsemaphore.h>

#include "peer.hpp"

namespace bench {

struct moodycamel_semaphore {
    static constexpr const char* name = "moodycamel";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit moodycamel_semaphore(unsigned permits)
        : semaphore(static_cast<moodycamel::LightweightSemaphore::ssize_t>(permits))
    {
    }
    void enter(node&) { semaphore.wait(); }
    void leave(node&) { semaphore.signal(); }
    bool try_enter(node&) { return semaphore.tryWait(); }
    moodycamel::LightweightSemaphore semaphore;
};

using moodycamel_peers = peer_list<moodycamel_semaphore>;

}  // namespace bench
