// What is split off a permit and not kept is given back at once: the compiler says so.
// Refused: \[-Werror(=unused-value|=unused-result|,-Wunused-value|,-Wunused-result)\]
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

void use(signalbox::permit<signalbox::semaphore>& permit)
{
#ifdef MISUSE
    permit.split(1);
#else
    const auto kept = permit.split(1);
#endif
}
