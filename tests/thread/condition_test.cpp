// The condition variable between threads keeps the contract of all scopes.
#include <signalbox/condition_variable.hpp>

#include "../contract/condition_contract.hpp"
#include "../contract/condition_limit_contract.hpp"
#include "../contract/condition_stress_contract.hpp"

namespace signalbox::contract {

struct thread_condition {
    static constexpr const char* name = "thread";
    using mutex = signalbox::mutex;
    using condition = signalbox::condition_variable;
};
using all_conditions = ::testing::Types<thread_condition>;

INSTANTIATE_TYPED_TEST_SUITE_P(thread, condition_contract, all_conditions, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, condition_limit_contract, all_conditions, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, condition_stress_contract, all_conditions, scope_name);

}  // namespace signalbox::contract
