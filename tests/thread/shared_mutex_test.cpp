// The shared mutex between threads keeps the contract of all scopes, and a mutex's for those that write.
#include <type_traits>

#include <signalbox/concepts.hpp>

#include "../contract/mutex_contract.hpp"
#include "../contract/mutex_limit_contract.hpp"
#include "../contract/mutex_stress_contract.hpp"
#include "../contract/shared_mutex_contract.hpp"
#include "../contract/shared_mutex_stress_contract.hpp"
#include "../contract/upgrade_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_limit_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_stress_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, shared_mutex_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, upgrade_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, shared_mutex_stress_contract, shared_mutexes, scope_name);

namespace {

static_assert(timed_lockable_like<shared_mutex> && limit_lockable<shared_mutex> &&
              owned_lockable<shared_mutex>);
static_assert(sizeof(shared_mutex) == 8);
static_assert(!std::is_copy_constructible_v<shared_mutex> && !std::is_move_constructible_v<shared_mutex>);
static_assert(std::is_nothrow_default_constructible_v<shared_mutex>);

constinit shared_mutex without_a_constructor_at_run_time;

TEST(shared_mutex, can_be_initialised_before_any_code_runs)
{
    const std::shared_lock reader{without_a_constructor_at_run_time};
    EXPECT_FALSE(without_a_constructor_at_run_time.try_lock());
}

}  // namespace
}  // namespace signalbox::contract
