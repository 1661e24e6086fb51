// Clang's analysis finds a path on which a mutex stays locked.
// Refused: mutex 'mutex' is (still held|not held on every path)
#include <signalbox/mutex.hpp>

void use(signalbox::mutex& mutex, bool is_early)
{
    mutex.lock();
    if (is_early) {
#ifndef MISUSE
        mutex.unlock();
#endif
        return;
    }
    mutex.unlock();
}
