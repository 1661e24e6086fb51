// Gives every thread an identity that fits into the word of a mutex.
//
// Invariant 1  No two threads that are alive have the same identity, and none has 0.
// Invariant 2  An identity is given out again only after all others had their turn: a mutex that a thread
//              forgot to unlock before it ended does not look as if it belonged to one of the next four
//              million threads.
// Because      Kernel thread ids are reused soon, and are other numbers after a fork; these are neither.
//              After a fork the child's one thread keeps its identity and so what it has locked; those of the
//              threads that the child doesn't have stay taken, as do their locks.
// Checked by   tests/core/thread_registry_test.cpp, tests/thread/fork_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/detail/thread_context.hpp>

namespace signalbox::detail {

/// The identity of the calling thread, whose context this is; given out at the first call.
/// Errors: std::system_error (resource_unavailable_try_again) if 4,194,303 threads are alive.
std::uint32_t identity_of(thread_context& context);

/// For tests: the search for the next identity begins at `id`, so that its wrap is near.
void search_identities_from(std::uint32_t id) noexcept;

}  // namespace signalbox::detail
