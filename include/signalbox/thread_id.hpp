// The identity of a thread, as a mutex knows its owner.
//
// Because      std::thread::id can't be stored in 22 bits of a word, and the kernel's ids are given out again
//              soon. An identity is unique among the threads that are alive, and comes back only after four
//              million others. A thread keeps it over fork(2).
// Checked by   tests/thread/fork_test.cpp
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>  // the lightest that declares std::hash

#include <signalbox/config.hpp>

namespace signalbox {

inline namespace thread {

class thread_id {
public:
    /// The identity of no thread: what owner() returns of a free mutex.
    static const thread_id none;

    constexpr thread_id() noexcept = default;
    constexpr explicit thread_id(std::uint32_t value) noexcept : value_{value} {}

    /// The number that messages show; 0 for none.
    [[nodiscard]] constexpr std::uint32_t value() const noexcept { return value_; }

    friend constexpr auto operator<=>(thread_id, thread_id) noexcept = default;

private:
    std::uint32_t value_ = 0;
};

inline constexpr thread_id thread_id::none{};

/// The calling thread's identity; given out at the first call.
/// Errors  std::system_error (resource_unavailable_try_again) if 4,194,303 threads are alive.
[[nodiscard]] SIGNALBOX_API thread_id this_thread_id();

}  // namespace thread

}  // namespace signalbox

template <>
struct std::hash<signalbox::thread_id> {
    std::size_t operator()(signalbox::thread_id id) const noexcept { return id.value(); }
};
