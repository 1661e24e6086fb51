// How a thread waits for permits of a shared object.
//
// Because      One algorithm serves semaphores and mutexes: both take permits from the ledger.
// Checked by   tests/process/semaphore_test.cpp, tests/process/mutex_test.cpp
#pragma once

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "process/room.hpp"

namespace signalbox::process::detail {

struct request {
    std::int64_t wanted = 1;
    lease* holder = nullptr;  // null: they will be out, held by nobody
};

/// Takes what is asked for, or waits for it within the limit.
/// Returns  acquired, owner_died (acquired too), timed_out, stopped, closed.
/// Errors   std::system_error: the object was removed or is damaged, or there is no room left in it.
outcome acquire(attachment& object, const request& what, const limit& until);

/// The same at once or not at all; false also when the object is shut.
verdict try_acquire(attachment& object, const request& what);

/// The same without the permits of the dead.
verdict take_all(attachment& object, const request& what);

/// One attempt, with what is free.
verdict take(attachment& object, const request& what, passage how);

}  // namespace signalbox::process::detail
