// The word of a condition variable: the mutex with which threads wait there, null while nobody waits.
//
//   name    set by                        cleared by                       if wrongly set
//   mutex   who queues                    who empties the queue: the      a notify looks at the queue
//                                         last one notified or leaving    in vain
//
// Invariant 1  It is written only under the lock of the condition's bucket; there, it is null exactly when
//              the queue is empty, and otherwise it is the mutex of every waiter in it.
// Because      A notify that finds null has nobody to notify: one load. Otherwise it knows both buckets
//              before it locks either, so that it can lock them in the order of the table.
// Checked by   tests/contract/condition_contract.hpp, tests/simulated/condition_pairs_test.cpp
#pragma once

#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/detail/owner_word.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

/// What a condition variable consists of.
struct condition_cell {
    static constexpr cell_kind kind = cell_kind::condition;

    platform::atomic<owner_cell*> mutex{nullptr};
};

}  // namespace signalbox::detail
