// The kernel's names of threads, by the library's identities: what top, gdb and perf show.
//
// Because      A thread's name is read by others, who know only its identity. Its kernel id is noted once,
//              when the identity is given out; the name itself stays where everybody else looks for it.
// Checked by   tests/thread/names_test.cpp, tests/thread/fork_test.cpp
// Source       pthread_setname_np(3), proc_pid_comm(5)
#pragma once

#include <cstdint>
#include <string_view>

#include <signalbox/config.hpp>

namespace signalbox::platform {

struct kernel_name {
    static constexpr std::size_t most = 15;  // characters that the kernel keeps
    char text[most + 1] = {};
};

/// Notes that the calling thread has the identity `id`; without memory for that its name stays unknown.
SIGNALBOX_API void note_thread(std::uint32_t id) noexcept;

/// Forgets who had the identity `id`: its thread ends.
SIGNALBOX_API void forget_thread(std::uint32_t id) noexcept;

/// Names the calling thread; the kernel keeps 15 characters. One system call.
SIGNALBOX_API void name_this_thread(std::string_view name) noexcept;

/// The name of the thread with the identity `id`; empty if it is unknown, or merely the name of the program,
/// which every thread has until it gets its own. A few system calls.
[[nodiscard]] SIGNALBOX_API kernel_name name_of_thread(std::uint32_t id) noexcept;

}  // namespace signalbox::platform
