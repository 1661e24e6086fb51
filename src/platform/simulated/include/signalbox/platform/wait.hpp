// Sleeping on a word and waking its sleepers: the machine's model of a futex.
//
// Because      The word is compared with its newest value, as the kernel does it; which of several sleepers
//              wake_one() wakes is a choice; a sleeper may be woken by nobody (an interrupt, an earlier user
//              of the address) as often as the options of the exploration allow. Waking uses the address
//              only.
// Checked by   tests/simulated/kernel_test.cpp
#pragma once

#include <chrono>
#include <cstdint>

#include <signalbox/platform/atomic.hpp>

namespace signalbox::platform {

void wait(const atomic<std::uint32_t>& word, std::uint32_t expected, const char* file = __builtin_FILE(),
          int line = __builtin_LINE()) noexcept;

/// Returns false when the deadline has passed on the virtual clock.
bool wait_until(const atomic<std::uint32_t>& word, std::uint32_t expected,
                std::chrono::steady_clock::time_point deadline, const char* file = __builtin_FILE(),
                int line = __builtin_LINE()) noexcept;

void wake_one(const atomic<std::uint32_t>& word, const char* file = __builtin_FILE(),
              int line = __builtin_LINE()) noexcept;
void wake_all(const atomic<std::uint32_t>& word, const char* file = __builtin_FILE(),
              int line = __builtin_LINE()) noexcept;

}  // namespace signalbox::platform
