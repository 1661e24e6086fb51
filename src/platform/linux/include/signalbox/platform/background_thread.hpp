// A thread of the library's own: it takes none of the program's signals.
//
// Lifetime     join() must have returned before the object ends. In the child of a fork the thread does not
//              exist, and join() returns at once.
// Checked by   tests/thread/watchdog_test.cpp
// Source       pthread_create(3), pthread_sigmask(3)
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <signalbox/config.hpp>

namespace signalbox::platform {

class background_thread {
public:
    /// Starts `run(argument)`. Errors: std::system_error, if there can't be one more thread.
    SIGNALBOX_API background_thread(void* (*run)(void*), void* argument);
    background_thread(const background_thread&) = delete;
    background_thread& operator=(const background_thread&) = delete;

    /// Waits until it has ended. Call it once.
    SIGNALBOX_API void join() noexcept;

private:
    pid_t process_;
    pthread_t thread_{};
};

}  // namespace signalbox::platform
