// The half of the program that is compiled without call sites.
#pragma once

#include <signalbox/mutex.hpp>

namespace signalbox::contract {

void lock_without_site(mutex& subject);
void unlock_without_site(mutex& subject);

}  // namespace signalbox::contract
