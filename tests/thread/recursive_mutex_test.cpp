// The recursive mutex between threads keeps the contract of all scopes, and that of a mutex's waits.
#include <mutex>

#include <signalbox/concepts.hpp>

#include "../contract/mutex_limit_contract.hpp"
#include "../contract/mutex_stress_contract.hpp"
#include "../contract/recursive_mutex_contract.hpp"
#include "scopes.hpp"

namespace signalbox::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(thread, recursive_mutex_contract, recursive_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_limit_contract, recursive_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(thread, mutex_stress_contract, recursive_mutexes, scope_name);

namespace {

static_assert(timed_lockable_like<recursive_mutex> && limit_lockable<recursive_mutex> &&
              owned_lockable<recursive_mutex>);
static_assert(sizeof(recursive_mutex) == 8);
static_assert(!std::is_copy_constructible_v<recursive_mutex> &&
              !std::is_move_constructible_v<recursive_mutex>);
static_assert(std::is_nothrow_default_constructible_v<recursive_mutex>);

constinit recursive_mutex without_a_constructor_at_run_time;

TEST(recursive_mutex, can_be_initialised_before_any_code_runs)
{
    const std::lock_guard first{without_a_constructor_at_run_time};
    const std::lock_guard again{without_a_constructor_at_run_time};
    EXPECT_EQ(without_a_constructor_at_run_time.depth(), 2U);
}

}  // namespace
}  // namespace signalbox::contract
