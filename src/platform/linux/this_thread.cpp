// The thread-local context, and the call when a thread ends.
//
// Because      A pthread key rather than the destructor of a thread_local object: key destructors run after
//              those, and run again for a key that was set anew, so that a destructor which locks a mutex
//              still finds an identity and gives it back.
// Source       pthread_key_create(3)
#include <signalbox/platform/this_thread.hpp>

#include <pthread.h>

namespace signalbox::platform {

namespace linux_detail {
constinit thread_local detail::thread_context context [[gnu::tls_model("initial-exec")]];
}

namespace {

pthread_key_t exit_key;  // written when the library is loaded: a fork can't fall into the middle of that

[[gnu::constructor(101)]] void make_exit_key() noexcept
{
    pthread_key_create(&exit_key, [](void* context) {
        detail::thread_exit(*static_cast<detail::thread_context*>(context));
    });
}

}  // namespace

void call_at_thread_exit() noexcept
{
    pthread_setspecific(exit_key, &this_thread());
}

}  // namespace signalbox::platform
