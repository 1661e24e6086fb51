// Simulated threads have no names but those that the library keeps itself.
#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::platform {

struct kernel_name {
    char text[1] = {};
};

inline void note_thread(std::uint32_t) noexcept {}
inline void forget_thread(std::uint32_t) noexcept {}
inline void name_this_thread(std::string_view) noexcept {}
[[nodiscard]] inline kernel_name name_of_thread(std::uint32_t) noexcept
{
    return {};
}

}  // namespace signalbox::platform
