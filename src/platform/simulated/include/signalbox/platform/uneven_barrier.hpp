// A barrier of two halves on the simulated machine. Its threads do their steps in the order of their
// programs, and what may come late is the sight of a store: the light half is nothing, and after the heavy
// one every store made before is seen by the looks that follow, if they are sequentially consistent.
#pragma once

#include <signalbox/simulated/access.hpp>

namespace signalbox::platform {

inline bool join_heavy_barriers() noexcept
{
    return simulated::has_heavy_barriers;
}

inline void light_barrier() noexcept {}

inline bool heavy_barrier(const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
{
    simulated::heavy_barrier({file, line});
    return true;
}

}  // namespace signalbox::platform
