// A mutex can't be copied: two of them can't be one lock.
// Refused: deleted (function|constructor)
#include <signalbox/mutex.hpp>

void use(signalbox::mutex& mutex)
{
#ifdef MISUSE
    signalbox::mutex copy{mutex};
#else
    signalbox::mutex& copy{mutex};
#endif
    static_cast<void>(copy);
}
