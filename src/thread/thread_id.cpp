// The identity of the calling thread.
#include <signalbox/thread_id.hpp>

#include <signalbox/platform/this_thread.hpp>

#include "core/thread_registry.hpp"

namespace signalbox {

inline namespace thread {

thread_id this_thread_id()
{
    return thread_id{detail::identity_of(platform::this_thread())};
}

}  // namespace thread

}  // namespace signalbox
