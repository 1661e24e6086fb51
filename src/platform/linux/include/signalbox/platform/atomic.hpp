// Atomic variables of the linux platform: the standard library's, unchanged.
//
// Because      Everything above the platform says platform::atomic, so that the simulated platform can put a
//              scheduler and a memory model under the very same source.
#pragma once

#include <atomic>

namespace signalbox::platform {

template <class T>
using atomic = std::atomic<T>;

}  // namespace signalbox::platform
