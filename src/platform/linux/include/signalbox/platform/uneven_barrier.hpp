// A barrier of two halves between the threads of several processes: one half is free, the other one costs a
// system call.
//
// Edges        A thread that stores x, calls light_barrier() and loads y, and one that stores y, calls
//              heavy_barrier() and loads x: at least one of them sees what the other one stored. Holds if
//              the first one's process has called join_heavy_barriers(), and heavy_barrier() returned true.
// Source       membarrier(2) (MEMBARRIER_CMD_GLOBAL_EXPEDITED)
#pragma once

#include <signalbox/config.hpp>

namespace signalbox::platform {

/// The threads of this process take part from now on. False: the system has no such barrier.
/// Complexity  A system call once; made when the library is loaded: with one thread it is quick.
SIGNALBOX_API bool join_heavy_barriers() noexcept;

/// In the child of a fork: it joins anew.
SIGNALBOX_API void forget_heavy_barriers() noexcept;

/// Keeps the compiler from moving anything across; the processor is kept by the other half.
inline void light_barrier() noexcept
{
    __asm__ __volatile__("" ::: "memory");
}

/// Interrupts the threads that run and take part. False: the system has no such barrier.
SIGNALBOX_API bool heavy_barrier() noexcept;

/// For tests: whether there are such barriers. A process that has joined stays joined.
SIGNALBOX_API void set_heavy_barriers(bool are_there) noexcept;

}  // namespace signalbox::platform
