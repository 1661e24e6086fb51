// The processor: how many cores there are, which one this is, and how to wait on it politely.
#pragma once

#include <signalbox/config.hpp>

namespace signalbox::platform {

inline constexpr unsigned no_cpu = ~0U;

/// Tells the processor that this is a spin loop. One instruction (about 11 ns on the EPYC that was measured).
inline void spin_pause() noexcept
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("isb" ::: "memory");
#endif
}

/// Lets another thread that is ready run on this core. One system call.
SIGNALBOX_API void yield() noexcept;

/// Cores that this process may use; read once.
[[nodiscard]] SIGNALBOX_API unsigned cpu_count() noexcept;

/// Cores of the machine, whoever may use them; read once.
[[nodiscard]] SIGNALBOX_API unsigned machine_cpu_count() noexcept;

/// The core on which the caller runs at this moment, or no_cpu. No system call where rseq(2) is registered.
[[nodiscard]] SIGNALBOX_API unsigned current_cpu() noexcept;

}  // namespace signalbox::platform
