// Simulated threads never fork, so their handlers are never called.
#pragma once

namespace signalbox::platform {

inline void at_fork(void (*)(), void (*)(), void (*)()) noexcept {}

}  // namespace signalbox::platform
