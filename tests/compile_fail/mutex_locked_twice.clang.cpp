// Clang's analysis finds a lock of what is already held.
// Refused: acquiring mutex 'mutex' that is already held
#include <signalbox/mutex.hpp>

void use(signalbox::mutex& mutex)
{
    mutex.lock();
#ifdef MISUSE
    mutex.lock();
#endif
    mutex.unlock();
}
