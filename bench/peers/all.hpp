// The peers of this build: a family is left out where its package (or, for our own, the header) is missing.
#pragma once

#include "peer.hpp"
#include "std.hpp"

#if defined(SIGNALBOX_BENCH_TWIN)

namespace bench {
using all_peers = peer_list<std_semaphore>;
using wrong_peers = peer_list<>;
}  // namespace bench

#else

#include "broken.hpp"
#include "futex.hpp"
#include "none.hpp"
#include "pthread.hpp"
#if defined(SIGNALBOX_BENCH_SIGNALBOX)
#include "signalbox.hpp"
#else
namespace bench {
using signalbox_peers = peer_list<>;
}
#endif
#if defined(SIGNALBOX_BENCH_ABSL)
#include "absl.hpp"
#else
namespace bench {
using absl_peers = peer_list<>;
}
#endif
#if defined(SIGNALBOX_BENCH_NSYNC)
#include "nsync.hpp"
#else
namespace bench {
using nsync_peers = peer_list<>;
}
#endif
#if defined(SIGNALBOX_BENCH_TBB)
#include "tbb.hpp"
#else
namespace bench {
using tbb_peers = peer_list<>;
}
#endif
#if defined(SIGNALBOX_BENCH_BOOST)
#include "boost.hpp"
#else
namespace bench {
using boost_peers = peer_list<>;
}
#endif
#if defined(SIGNALBOX_BENCH_MOODYCAMEL)
#include "moodycamel.hpp"
#else
namespace bench {
using moodycamel_peers = peer_list<>;
}
#endif

namespace bench {
using all_peers = joined<signalbox_peers, std_peers, pthread_peers, futex_peers, absl_peers, nsync_peers,
                         tbb_peers, boost_peers, moodycamel_peers, floor_peers>::type;
using wrong_peers = broken_peers;
}  // namespace bench

#endif
