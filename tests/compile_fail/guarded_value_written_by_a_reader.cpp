// Who shares a value may not change it.
// Refused: read-only (location|reference)|cannot assign to return value|not assignable
#include <shared_mutex>

#include <signalbox/guarded.hpp>

void use(signalbox::guarded<int, std::shared_mutex>& count)
{
#ifdef MISUSE
    *count.lock_shared() = 1;
#else
    *count.lock() = 1;
#endif
}
