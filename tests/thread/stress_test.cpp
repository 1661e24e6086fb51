// The primitives between threads keep the contract of all scopes under load.
#include "../contract/mutex_stress_contract.hpp"
#include "../contract/semaphore_stress_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(thread, semaphore_stress_contract, counted_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_stress_contract, all_mutexes, scope_name);

}  // namespace signalbox::contract
