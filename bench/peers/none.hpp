// No lock at all: what the loop of the shared cells does without one, as a floor for the others' figures.
//
// Because      Where more threads run than there are cores the scheduler lets some stand still, whatever the
//              lock: that shows as a wait of whoever was at the lock just then. Here each section is measured
//              as a whole, so that the longest is the longest time in which a thread did not run.
// Checked by   bench/tests/harness_test.cpp
#pragma once

#include "peer.hpp"

namespace bench {

struct no_lock {
    static constexpr const char* name = "none";
    static constexpr kind what = kind::shared;
    static constexpr bool is_floor = true;
    using node = no_node;
    explicit no_lock(unsigned) {}
    void enter(node&) {}
    void leave(node&) {}
    void enter_shared(node&) {}
    void leave_shared(node&) {}
};

using floor_peers = peer_list<no_lock>;

}  // namespace bench
