// Locks as a program does that was compiled without SIGNALBOX_SITES.
#include "sites_off.hpp"

#include <type_traits>

#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

namespace signalbox::contract {

static_assert(!SIGNALBOX_SITES);
static_assert(std::is_empty_v<detail::site> && std::is_empty_v<detail::holding>);
static_assert(sizeof(permit<semaphore>) == 3 * sizeof(void*),
              "a permit is no larger for what it does not note");

void lock_without_site(mutex& subject)
{
    subject.lock();
}

void unlock_without_site(mutex& subject)
{
    subject.unlock();
}

}  // namespace signalbox::contract
