// How a thread waits for an event between processes, and how set() calls those who do.
//
//   killed                            left behind                      repaired by
//   set(), before its swap            nothing has happened             -
//   set(), after it                   an event that is set, and        the mark of the dead wakes one waiter,
//                                     sleepers that don't know         who calls all; or each one's belt
//   a waiter                          a cell of the dead               recover()
//
// Invariant 1  No sleeper beside an event that has happened: a waiter stands in the queue, with `queued` in
//              the ledger's word, and says `waiting` in its cell before it looks at the event; who sets it
//              looks at `queued` and the cells after that.
// Because      Nobody is owed anything, so set() takes no lock and serves no queue: it may come from a signal
//              handler, and whoever calls too many disturbs nobody, since all look for themselves.
// Checked by   tests/process/event_test.cpp, tests/crash/event_test.cpp
#pragma once

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "process/event_state.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {

/// Wakes all that wait. Takes no lock.
void call_everybody(object_layout& shared) noexcept;

/// Waits until the event is not as it was `before`, or the limit ends it.
/// Errors: std::system_error: the object was removed or is damaged, or there is no room left in it.
outcome wait_for_event(attachment& object, event_state::type before, const limit& until);

}  // namespace signalbox::process::detail
