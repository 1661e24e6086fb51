// The value of a guarded object is reached through its lock, and not otherwise.
// Refused: no match for .operator\+\+.|cannot increment value of type
#include <signalbox/guarded.hpp>

void use(signalbox::guarded<int>& count)
{
#ifdef MISUSE
    ++count;
#else
    ++*count.lock();
#endif
}
