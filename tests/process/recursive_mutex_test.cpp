// The recursive mutex between processes keeps the contracts of all scopes; a dead owner's depth is gone.
#include <memory>

#include <signalbox/concepts.hpp>
#include <signalbox/process/recursive_mutex.hpp>

#include "../contract/mutex_limit_contract.hpp"
#include "../contract/mutex_stress_contract.hpp"
#include "../contract/recursive_mutex_contract.hpp"
#include "child.hpp"

namespace signalbox::contract {

struct shared_recursive_mutex {
    static constexpr const char* name = "recursive";
    using mutex = process::recursive_mutex;

    static std::unique_ptr<mutex> make() { return std::make_unique<mutex>(mutex::anonymous()); }
};

using shared_recursive_mutexes = ::testing::Types<shared_recursive_mutex>;

INSTANTIATE_TYPED_TEST_SUITE_P(process, recursive_mutex_contract, shared_recursive_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, mutex_limit_contract, shared_recursive_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, mutex_stress_contract, shared_recursive_mutexes, scope_name);

namespace {

using process::recursive_mutex;

static_assert(timed_lockable_like<recursive_mutex> && limit_lockable<recursive_mutex>);

TEST(process_recursive_mutex, two_handles_of_a_process_count_together)
{
    auto one = recursive_mutex::anonymous();
    auto two = recursive_mutex::from_handle(one.native_handle());
    one.lock();
    EXPECT_EQ(two.lock(1s), outcome::acquired);
    EXPECT_EQ(one.depth(), 2U);
    one.unlock();
    EXPECT_EQ(two.depth(), 1U);
    two.unlock();
    EXPECT_EQ(one.owner(), process::owner_id::none);
}

}  // namespace
}  // namespace signalbox::contract
