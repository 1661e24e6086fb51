// A bare number is no limit: a unit belongs to it.
// Refused: no matching (member )?function
#include <chrono>

#include <signalbox/semaphore.hpp>

signalbox::outcome use(signalbox::semaphore& semaphore)
{
#ifdef MISUSE
    return semaphore.acquire(1, 100);
#else
    return semaphore.acquire(1, std::chrono::milliseconds{100});
#endif
}
