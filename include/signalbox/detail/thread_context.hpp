// What the library knows of one thread. Only that thread reads or writes it.
//
// Invariant 1  `id` is `unregistered` until the thread first locks or waits, then its identity until it ends.
// Invariant 2  The three addresses are compared and never followed: the object may be gone.
// Because      An owner that keeps the clock of its own time slice needs no flag in the word of the lock, so
//              that the uncontended path runs at full speed while others are parked (docs/waiting.md).
#pragma once

#include <chrono>
#include <cstdint>

#include <signalbox/detail/cell_kind.hpp>

namespace signalbox::detail {

struct call_site;

struct thread_context {
    static constexpr std::uint32_t unregistered = ~std::uint32_t{0};  // fits no word of a mutex

    std::uint32_t id = unregistered;  // identity in the word of a mutex
    std::uint32_t slice_polls = 0;    // releases left until the clock is read again
    const void* slice_of = nullptr;   // the cell whose time slice this thread is using up
    const void* expelled = nullptr;   // the cell at which its slice has ended: it queues there next time
    const void* returning = nullptr;  // the semaphore it took while others waited, so that it will give back
    const void* same_core =
        nullptr;  // the cell at which it was last served from its own core: don't spin there
    const void* slow_gate = nullptr;  // the gate at which its last wait was long: don't spin there
    std::uint32_t slice_stride = 1;   // releases between two looks at the clock
    bool slice_is_over = false;       // the oldest waiter has been called, and will soon be here
    bool slice_is_measured = false;   // it knows how long it is away from the cell, and how long inside
    bool slice_is_shared = false;     // it is away as long as inside: one more may have the cell meanwhile
    bool slice_has_met = false;       // another had the cell when it wanted it, since it last read the clock
    bool is_named = false;            // set_thread_name() was called: the name is forgotten at the end
    bool is_noting = false;           // it writes down what it holds: what that locks in turn is not noted
    const call_site* site = nullptr;  // where the user's code waits, if that is known
    cell_kind slice_kind{};           // what kind of cell it is
    std::chrono::steady_clock::time_point slice_looked{};  // when the clock was last read
    std::chrono::steady_clock::time_point slice_end{};     // when the next step is due
    std::chrono::steady_clock::time_point slice_taken{};   // when it came back first, to measure
    std::chrono::nanoseconds slice_away{};                 // how long it had been away then
};

/// Called by the platform when a thread that asked for it ends.
void thread_exit(thread_context& context) noexcept;

}  // namespace signalbox::detail
