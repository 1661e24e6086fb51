// A permit that nobody keeps is given back at once: the compiler says so.
// Refused: \[-Werror(=unused-value|=unused-result|,-Wunused-value|,-Wunused-result)\]
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

void use(signalbox::semaphore& semaphore)
{
#ifdef MISUSE
    signalbox::permit<signalbox::semaphore>{semaphore, 2};
#else
    const signalbox::permit kept{semaphore, 2};
#endif
}
