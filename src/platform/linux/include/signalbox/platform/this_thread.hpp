// Where a thread's own context lives: in static thread-local storage, one load away.
//
// Because      `constinit` on the declaration spares the call of an initialisation wrapper; `initial-exec`
//              spares the call of __tls_get_addr from a shared library.
#pragma once

#include <signalbox/config.hpp>
#include <signalbox/detail/thread_context.hpp>

namespace signalbox::platform {

namespace linux_detail {
extern SIGNALBOX_API constinit thread_local detail::thread_context context [[gnu::tls_model("initial-exec")]];
}

/// The calling thread's context. Valid until the thread ends.
[[nodiscard]] inline detail::thread_context& this_thread() noexcept
{
    return linux_detail::context;
}

/// Asks that detail::thread_exit() be called with this thread's context when the thread ends.
SIGNALBOX_API void call_at_thread_exit() noexcept;

}  // namespace signalbox::platform
