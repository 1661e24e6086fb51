// Clang's analysis finds an unlock of what is not held.
// Refused: releasing mutex 'mutex' that was not held
#include <signalbox/mutex.hpp>

void use(signalbox::mutex& mutex)
{
#ifndef MISUSE
    mutex.lock();
#endif
    mutex.unlock();
}
