// Sleeping on words of shared memory, on several at once, and waking their sleepers.
//
// Every form may return without a wake-up meant for it: callers look at their own condition again.
//
// Source       futex(2), and the kernel's Documentation/userspace-api/futex2.rst (futex_waitv)
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::platform {

struct watched_word {
    const atomic<std::uint32_t>* word;
    std::uint32_t expected;
};

inline constexpr std::size_t watched_words_most = 128;

/// Sleeps until one of the words is woken or has another value than expected, or the deadline comes. On a
/// kernel that can't watch several words it watches the first one.
SIGNALBOX_API void wait_shared(const watched_word* words, std::size_t count,
                               std::chrono::steady_clock::time_point deadline) noexcept;

/// Wakes at most `most` sleepers of a word. One system call.
SIGNALBOX_API void wake_shared(const atomic<std::uint32_t>& word, int most) noexcept;

/// For tests: whether the kernel is asked to watch several words at once.
SIGNALBOX_API void set_watching_several(bool is_used) noexcept;

}  // namespace signalbox::platform
