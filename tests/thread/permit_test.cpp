// Permits of the semaphores between threads keep the contract of all scopes.
#include "../contract/permit_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(thread, permit_contract, counted_semaphores, scope_name);

}  // namespace signalbox::contract
