// Who this process is, whether another one still lives, and a mark that the kernel sets when one dies.
//
// The mark: one word of a shared page. The thread that calls make_life_mark() puts the word on its robust
// list; when the thread ends, the kernel sets `died` in the word, before it tears down the memory of the
// process, and wakes one sleeper if `is_watched` is set. It is a hint: the process may have other threads.
//
// Invariant 1  Nothing that another process can write is ever followed as an address: the node of the robust
//              list lies on a private page that is mapped behind the shared one; what the list needs in
//              the shared page (the node's back link) is written only, never read.
// Source       get_robust_list(2), the kernel's Documentation/locking/robust-futex-ABI.rst; proc(5)
#pragma once

#include <cstddef>
#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::platform {

/// Where the word of a life mark lies in its page of 4096 bytes.
inline constexpr std::size_t life_mark_page = 4096;
inline constexpr std::size_t life_mark_offset = life_mark_page - 32;

struct life_mark_bits {
    static constexpr std::uint32_t is_watched = 0x80000000U;
    static constexpr std::uint32_t died = 0x40000000U;
};

struct process_identity {
    std::int32_t pid = 0;
    std::uint64_t pid_namespace = 0;
    std::uint64_t start_time = 0;  // in ticks since the machine began
    char command[16] = {};
};

struct life_mark {
    void* pages = nullptr;
    std::int32_t thread = 0;
};

/// Who the calling process is; reads /proc the first time.
SIGNALBOX_API process_identity this_process() noexcept;
/// In the child of a fork: it is another process, and another thread.
SIGNALBOX_API void forget_identity() noexcept;
/// The number of the calling thread in the kernel.
SIGNALBOX_API std::int32_t kernel_thread() noexcept;

/// Whether the calling thread is the one with which its process began.
SIGNALBOX_API bool is_first_thread() noexcept;

/// Whether it is certain that no thread of that process will ever run user code again. False if in doubt.
SIGNALBOX_API bool is_certainly_gone(const process_identity& who) noexcept;

/// Arms the mark in the page at `offset` of the file for the calling thread; empty if that can't be done.
SIGNALBOX_API life_mark make_life_mark(int file, std::size_t offset) noexcept;
/// Disarms it. On another thread than the one that made it, its two pages stay mapped.
SIGNALBOX_API void drop_life_mark(life_mark& mark) noexcept;
/// In the child of a fork: the parent's mark is none of its business.
SIGNALBOX_API void forget_life_mark(life_mark& mark) noexcept;

/// Nanoseconds on the clock that goes on while the machine sleeps, the same for all processes.
SIGNALBOX_API std::int64_t boot_nanoseconds() noexcept;

}  // namespace signalbox::platform
