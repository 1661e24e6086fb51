// Handlers around fork(2).
//
// Source       pthread_atfork(3)
#include <signalbox/platform/fork.hpp>

#include <pthread.h>

namespace signalbox::platform {

void at_fork(void (*prepare)(), void (*parent)(), void (*child)()) noexcept
{
    pthread_atfork(prepare, parent, child);
}

}  // namespace signalbox::platform
