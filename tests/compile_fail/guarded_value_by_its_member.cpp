// Nor by the name of the member that holds it.
// Refused: private (within this context|member)
#include <signalbox/guarded.hpp>

int use(signalbox::guarded<int>& count)
{
#ifdef MISUSE
    return count.value_;
#else
    return *count.lock();
#endif
}
