// Sleeping on a word and waking its sleepers: a private futex.
//
// Every form may return without a wake-up meant for it (a signal, a wake-up for an earlier user of the
// address): callers look at their own condition again. Waking uses the address only, never what lies there,
// so a word may be gone by the time its sleepers are woken.
//
// Source       futex(2)
#pragma once

#include <signalbox/config.hpp>
#include <signalbox/platform/atomic.hpp>

#include <chrono>
#include <cstdint>

namespace signalbox::platform {

/// Sleeps while `word == expected`. One system call.
SIGNALBOX_API void wait(const atomic<std::uint32_t>& word, std::uint32_t expected) noexcept;

/// The same, at most until `deadline` of the steady clock. Returns false when the deadline has passed.
SIGNALBOX_API bool wait_until(const atomic<std::uint32_t>& word, std::uint32_t expected,
                              std::chrono::steady_clock::time_point deadline) noexcept;

/// Wakes one thread that sleeps on `word`. One system call.
SIGNALBOX_API void wake_one(const atomic<std::uint32_t>& word) noexcept;

/// Wakes every thread that sleeps on `word`. One system call.
SIGNALBOX_API void wake_all(const atomic<std::uint32_t>& word) noexcept;

}  // namespace signalbox::platform
