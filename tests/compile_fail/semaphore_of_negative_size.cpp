// A semaphore that can hold fewer than no permits is refused where it is named.
// Refused: can't have a negative number of permits
#include <signalbox/semaphore.hpp>

#ifdef MISUSE
using made = signalbox::counting_semaphore<-1>;
#else
using made = signalbox::counting_semaphore<0>;
#endif

void use()
{
    made semaphore{0};
}
