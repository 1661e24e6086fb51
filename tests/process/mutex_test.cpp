// The mutex between processes keeps the contract of all scopes.
#include <memory>

#include <signalbox/process/mutex.hpp>

#include "../contract/mutex_contract.hpp"
#include "../contract/mutex_limit_contract.hpp"
#include "../contract/mutex_stress_contract.hpp"

namespace signalbox::contract {

struct shared_mutex_scope {
    static constexpr const char* name = "process";
    using mutex = process::mutex;

    static std::unique_ptr<mutex> make() { return std::make_unique<mutex>(process::mutex::anonymous()); }
};

using shared_mutexes = ::testing::Types<shared_mutex_scope>;

INSTANTIATE_TYPED_TEST_SUITE_P(process, mutex_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, mutex_limit_contract, shared_mutexes, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, mutex_stress_contract, shared_mutexes, scope_name);

}  // namespace signalbox::contract
