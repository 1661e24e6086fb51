// An attempt whose result nobody reads is a mistake: the compiler says so.
// Refused: \[-Werror(=unused-value|=unused-result|,-Wunused-value|,-Wunused-result)\]
#include <signalbox/semaphore.hpp>

bool use(signalbox::semaphore& semaphore)
{
#ifdef MISUSE
    semaphore.try_acquire();
    return true;
#else
    return semaphore.try_acquire();
#endif
}
