// What AddressSanitizer wants to be told about stacks and memory that it doesn't see being made. Nothing
// without it.
//
// Source       sanitizer/common_interface_defs.h, sanitizer/asan_interface.h
#pragma once

#include <cstddef>
#include <span>

#if defined(__SANITIZE_ADDRESS__)
#define SIGNALBOX_SIMULATED_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIGNALBOX_SIMULATED_ASAN 1
#endif
#endif

#if defined(SIGNALBOX_SIMULATED_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace signalbox::simulated::sanitizer {

#if defined(SIGNALBOX_SIMULATED_ASAN)

inline constexpr std::size_t redzone = 16;  // bytes that nobody may touch, after each block of an arena

inline void leaving(void** state, std::span<std::byte> next)
{
    __sanitizer_start_switch_fiber(state, next.data(), next.size());
}

/// Returns the stack that was left.
inline std::span<std::byte> entered(void* state)
{
    const void* bottom = nullptr;
    std::size_t size = 0;
    __sanitizer_finish_switch_fiber(state, &bottom, &size);
    return {static_cast<std::byte*>(const_cast<void*>(bottom)), size};
}

inline void forget_poison(std::span<std::byte> memory)
{
    __asan_unpoison_memory_region(memory.data(), memory.size());
}

inline void poison(std::span<std::byte> memory)
{
    __asan_poison_memory_region(memory.data(), memory.size());
}

#else

inline constexpr std::size_t redzone = 0;

inline void leaving(void**, std::span<std::byte>) {}
inline std::span<std::byte> entered(void*)
{
    return {};
}
inline void forget_poison(std::span<std::byte>) {}
inline void poison(std::span<std::byte>) {}

#endif

}  // namespace signalbox::simulated::sanitizer
