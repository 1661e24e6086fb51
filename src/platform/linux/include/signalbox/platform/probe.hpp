// Points at which a tracer can look on: perf, bpftrace, systemtap and gdb find them in the binary by name.
//
//   probe         arguments                                        when
//   wait_begin    object, kind, thread, permits wanted or thread   a thread joins the queue
//   wait_end      object, kind, thread, 0 acquired, 1 not          its call is about to return
//   hand_over     object, kind, thread                             the thread is granted what it waits for
//   time_out      object, kind, thread                             it leaves the queue: its limit is over
//   stop          object, kind, thread                             it leaves the queue: a stop was requested
//   deadlock      object, kind, thread, threads in the cycle       it has found that it waits for itself
//
// Because      Only the slow path has probes, and one that nobody looks at is a call and one instruction that
//              does nothing. Without <sys/sdt.h> at build time they are empty functions. The kinds are those
//              of signalbox/detail/cell_kind.hpp, the threads the numbers of thread_id.
// Checked by   tests/observe/probes_test.py
// Source       SystemTap, "UserSpaceProbeImplementation"
#pragma once

#include <cstddef>
#include <cstdint>

#include <signalbox/detail/cell_kind.hpp>

namespace signalbox::platform::probe {

void wait_begin(const void* object, detail::cell_kind kind, std::uint32_t thread,
                std::uint64_t wanted) noexcept;
void wait_end(const void* object, detail::cell_kind kind, std::uint32_t thread, bool is_acquired) noexcept;
void hand_over(const void* object, detail::cell_kind kind, std::uint32_t thread) noexcept;
void time_out(const void* object, detail::cell_kind kind, std::uint32_t thread) noexcept;
void stop(const void* object, detail::cell_kind kind, std::uint32_t thread) noexcept;
void deadlock(const void* object, detail::cell_kind kind, std::uint32_t thread, std::size_t threads) noexcept;

}  // namespace signalbox::platform::probe
