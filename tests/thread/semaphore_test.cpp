// The semaphores between threads keep the contract of all scopes.
#include "../contract/closing_contract.hpp"
#include "../contract/counted_semaphore_contract.hpp"
#include "../contract/fifo_semaphore_contract.hpp"
#include "../contract/resizing_contract.hpp"
#include "../contract/semaphore_contract.hpp"
#include "../contract/semaphore_limit_contract.hpp"
#include "../contract/semaphore_race_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(thread, semaphore_contract, all_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, semaphore_limit_contract, all_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, semaphore_race_contract, all_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, closing_contract, all_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, resizing_contract, counted_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, counted_semaphore_contract, counted_semaphores, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, fifo_semaphore_contract, fifo_semaphores, scope_name);

}  // namespace signalbox::contract
