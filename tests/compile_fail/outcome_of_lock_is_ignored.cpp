// Who ignores how a wait ended doesn't know whether it owns the mutex: the compiler says so.
// Refused: \[-Werror(=unused-value|=unused-result|,-Wunused-value|,-Wunused-result)\]
#include <chrono>

#include <signalbox/mutex.hpp>

bool use(signalbox::mutex& mutex)
{
    using namespace std::chrono_literals;
#ifdef MISUSE
    mutex.lock(1s);
    return true;
#else
    return mutex.lock(1s) == signalbox::outcome::acquired;
#endif
}
