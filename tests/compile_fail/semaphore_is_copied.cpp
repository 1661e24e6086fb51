// A semaphore can't be copied: its permits can't be twice.
// Refused: deleted (function|copy constructor)
#include <signalbox/semaphore.hpp>

void use(signalbox::semaphore& semaphore)
{
#ifdef MISUSE
    signalbox::semaphore copy{semaphore};
#else
    signalbox::semaphore& copy{semaphore};
#endif
    static_cast<void>(copy);
}
