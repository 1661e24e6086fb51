// The contexts of the simulated threads, one new for each thread of each execution.
#include <signalbox/platform/this_thread.hpp>

#include <array>

#include "core/thread_registry.hpp"
#include "machine.hpp"

namespace signalbox::platform {
namespace {

using simulated::machine;

std::array<detail::thread_context, simulated::max_threads> contexts;
std::array<bool, simulated::max_threads> wants_exit{};

void begin(unsigned thread)
{
    contexts[thread] = {};
    wants_exit[thread] = false;
    if (machine::instance().how().threads_are_known) {
        detail::identity_of(contexts[thread]);
    }
}

void end(unsigned thread)
{
    if (wants_exit[thread]) {
        detail::thread_exit(contexts[thread]);
    }
}

void install_hooks() noexcept
{
    machine::thread_hooks() = {&begin, &end};
}

[[gnu::constructor]] void install_hooks_at_start()
{
    install_hooks();
}

}  // namespace

detail::thread_context& this_thread() noexcept
{
    return contexts[machine::instance().running()];
}

void call_at_thread_exit() noexcept
{
    wants_exit[machine::instance().running()] = true;
}

}  // namespace signalbox::platform
