// What must happen around fork(2), so that the child finds the library's tables in order.
#pragma once

#include <signalbox/config.hpp>

namespace signalbox::platform {

/// Registers the three handlers, as pthread_atfork(3) does.
SIGNALBOX_API void at_fork(void (*prepare)(), void (*parent)(), void (*child)()) noexcept;

}  // namespace signalbox::platform
