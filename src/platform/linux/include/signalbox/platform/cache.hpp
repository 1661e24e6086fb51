// Cache lines: telling the processor what will be written soon.
#pragma once

namespace signalbox::platform {

/// Asks for the line of `place` as one that this core alone has, so that a write after a read need not ask
/// again. A hint; processors that do not know it do nothing.
inline void expect_to_write(const void* place) noexcept
{
#if defined(__x86_64__)
    __asm__ __volatile__("prefetchw %0" : : "m"(*static_cast<const char*>(place)));
#else
    __builtin_prefetch(place, 1);
#endif
}

}  // namespace signalbox::platform
