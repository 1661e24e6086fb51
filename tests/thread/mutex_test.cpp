// The mutex between threads keeps the contract of all scopes.
#include "../contract/mutex_contract.hpp"
#include "../contract/mutex_limit_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_contract, all_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_limit_contract, all_mutexes, scope_name);

}  // namespace signalbox::contract
