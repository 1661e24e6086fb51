// A permit can be moved and not copied: it would be given back twice.
// Refused: deleted (function|constructor)
#include <utility>

#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

void use(signalbox::permit<signalbox::semaphore> permit)
{
#ifdef MISUSE
    signalbox::permit<signalbox::semaphore> other{permit};
#else
    signalbox::permit<signalbox::semaphore> other{std::move(permit)};
#endif
}
