// A handle that nobody keeps unlocks at once.
// Refused: ignoring return(ed)? value
#include <signalbox/guarded.hpp>

void use(signalbox::guarded<int>& count)
{
#ifdef MISUSE
    count.lock();
#else
    const auto held = count.lock();
#endif
}
