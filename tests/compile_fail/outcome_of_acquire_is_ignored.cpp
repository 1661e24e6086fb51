// Who ignores how a wait ended doesn't know whether it holds anything: the compiler says so.
// Refused: \[-Werror(=unused-value|=unused-result|,-Wunused-value|,-Wunused-result)\]
#include <chrono>

#include <signalbox/semaphore.hpp>

void use(signalbox::semaphore& semaphore)
{
    using namespace std::chrono_literals;
#ifdef MISUSE
    semaphore.acquire(1, 1s);
#else
    if (semaphore.acquire(1, 1s) == signalbox::outcome::acquired) {
        semaphore.release();
    }
#endif
}
