// Nobody traces a simulation: it has traces of its own.
#pragma once

#include <cstddef>
#include <cstdint>

#include <signalbox/detail/cell_kind.hpp>

namespace signalbox::platform::probe {

inline void wait_begin(const void*, detail::cell_kind, std::uint32_t, std::uint64_t) noexcept {}
inline void wait_end(const void*, detail::cell_kind, std::uint32_t, bool) noexcept {}
inline void hand_over(const void*, detail::cell_kind, std::uint32_t) noexcept {}
inline void time_out(const void*, detail::cell_kind, std::uint32_t) noexcept {}
inline void stop(const void*, detail::cell_kind, std::uint32_t) noexcept {}
inline void deadlock(const void*, detail::cell_kind, std::uint32_t, std::size_t) noexcept {}

}  // namespace signalbox::platform::probe
