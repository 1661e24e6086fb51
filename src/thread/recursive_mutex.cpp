// What a recursive mutex adds to the slow paths of the mutex inside: an error.
#include <signalbox/recursive_mutex.hpp>

#include "core/errors.hpp"

namespace signalbox {

inline namespace thread {

void recursive_mutex::throw_too_deep() const
{
    detail::throw_too_deep(this, owner().value(), max_depth());
}

}  // namespace thread

}  // namespace signalbox
