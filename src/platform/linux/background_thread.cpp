// A thread with all signals blocked.
#include <signalbox/platform/background_thread.hpp>

#include <csignal>
#include <system_error>

#include <unistd.h>

namespace signalbox::platform {

background_thread::background_thread(void* (*run)(void*), void* argument) : process_{::getpid()}
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // the new thread inherits it
    const int error = pthread_create(&thread_, nullptr, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (error != 0) {
        throw std::system_error(error, std::generic_category(),
                                "signalbox: no thread for a watchdog or a pool's maintenance");
    }
}

void background_thread::join() noexcept
{
    if (process_ == ::getpid()) {
        pthread_join(thread_, nullptr);
    }
}

}  // namespace signalbox::platform
