// Each simulated thread has a context of its own, new at the start of every execution.
//
// Checked by   tests/simulated/kernel_test.cpp
#pragma once

#include <signalbox/detail/thread_context.hpp>

namespace signalbox::platform {

[[nodiscard]] detail::thread_context& this_thread() noexcept;

/// Asks that detail::thread_exit() be called with this thread's context when the thread ends.
void call_at_thread_exit() noexcept;

}  // namespace signalbox::platform
