// Google's nsync mutex.
#pragma once

#include <nsync.h>

#include "peer.hpp"

namespace bench {

struct nsync_mutex {
    static constexpr const char* name = "nsync";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit nsync_mutex(unsigned) { nsync::nsync_mu_init(&mutex); }
    void enter(node&) { nsync::nsync_mu_lock(&mutex); }
    void leave(node&) { nsync::nsync_mu_unlock(&mutex); }
    bool try_enter(node&) { return nsync::nsync_mu_trylock(&mutex) != 0; }
    nsync::nsync_mu mutex;
};

struct nsync_shared {
    static constexpr const char* name = "nsync";
    static constexpr kind what = kind::shared;
    using node = no_node;
    explicit nsync_shared(unsigned) { nsync::nsync_mu_init(&mutex); }
    void enter(node&) { nsync::nsync_mu_lock(&mutex); }
    void leave(node&) { nsync::nsync_mu_unlock(&mutex); }
    void enter_shared(node&) { nsync::nsync_mu_rlock(&mutex); }
    void leave_shared(node&) { nsync::nsync_mu_runlock(&mutex); }
    nsync::nsync_mu mutex;
};

using nsync_peers = peer_list<nsync_mutex, nsync_shared>;

}  // namespace bench
