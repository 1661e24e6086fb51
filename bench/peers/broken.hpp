// Primitives that are wrong on purpose: the harness must find them out. Never part of `--peers all`.
#pragma once

#include <atomic>
#include <cstdint>

#include "futex.hpp"
#include "peer.hpp"

namespace bench {

// Excludes nobody.
template <kind What>
struct broken_open {
    static constexpr const char* name = "broken_open";
    static constexpr kind what = What;
    using node = no_node;
    explicit broken_open(unsigned) {}
    void enter(node&) {}
    void leave(node&) {}
};
using broken_open_mutex = broken_open<kind::mutex>;

// Has one permit more than it was asked for.
struct broken_generous : futex_semaphore {
    static constexpr const char* name = "broken_generous";
    explicit broken_generous(unsigned permits) : futex_semaphore(permits + 1) {}
};

// Takes permits and doesn't give them back: everybody sleeps in the end.
struct broken_greedy : futex_semaphore {
    static constexpr const char* name = "broken_greedy";
    using futex_semaphore::futex_semaphore;
    void leave(node&) {}
};

using broken_peers = peer_list<broken_open_mutex, broken_generous, broken_greedy>;

}  // namespace bench
