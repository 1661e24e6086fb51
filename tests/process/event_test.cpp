// The event between processes keeps the contract of all scopes.
#include <memory>

#include <signalbox/process/event.hpp>

#include "../contract/event_contract.hpp"
#include "child.hpp"

namespace signalbox::contract {

struct shared_event {
    static constexpr const char* name = "process";

    static std::unique_ptr<process::event> make(bool is_set)
    {
        return std::make_unique<process::event>(process::event::anonymous({.is_set = is_set}));
    }
};

using shared_events = ::testing::Types<shared_event>;

INSTANTIATE_TYPED_TEST_SUITE_P(process, event_contract, shared_events, scope_name);
INSTANTIATE_TYPED_TEST_SUITE_P(process, manual_event_contract, shared_events, scope_name);

}  // namespace signalbox::contract
