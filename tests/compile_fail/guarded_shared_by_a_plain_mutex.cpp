// A mutex without readers has no shared lock to offer.
// Refused: no matching (member )?function|invalid reference to function|constraints not satisfied
#include <shared_mutex>

#include <signalbox/guarded.hpp>

#ifdef MISUSE
using subject = signalbox::guarded<int>;
#else
using subject = signalbox::guarded<int, std::shared_mutex>;
#endif

int use(const subject& count)
{
    return *count.lock_shared();
}
