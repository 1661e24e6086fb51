// The semaphore between processes keeps the contract of all scopes.
#include "../contract/closing_contract.hpp"
#include "../contract/counted_semaphore_contract.hpp"
#include "../contract/fifo_semaphore_contract.hpp"
#include "../contract/resizing_contract.hpp"
#include "../contract/semaphore_contract.hpp"
#include "../contract/semaphore_limit_contract.hpp"
#include "../contract/semaphore_race_contract.hpp"
#include "../contract/semaphore_stress_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(process, semaphore_contract, shared_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, semaphore_limit_contract, shared_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, semaphore_race_contract, shared_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, counted_semaphore_contract, shared_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, fifo_semaphore_contract, shared_fifo_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, semaphore_stress_contract, shared_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, closing_contract, shared_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, resizing_contract, shared_semaphores, scope_name);

}  // namespace signalbox::contract
