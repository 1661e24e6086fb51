// The word of an event between processes: whether it is set, and how often it was. Only pure transitions.
//
//   bits   name    what it says
//   0      set     whoever comes is let through
//   1-31   number  counts the sets, so that who slept through a set() and a reset() knows of it
//
// Because      A waiter that remembers the word needs nobody to tell it anything: if the number has changed,
//              it was let through. So a set() that is killed has happened, or has not.
#pragma once

#include <cstdint>

namespace signalbox::process::detail {

struct event_state {
    using type = std::uint32_t;

    static constexpr type set = 1;
    static constexpr type one = 2;

    static constexpr type make(bool is_set) noexcept { return is_set ? set : 0; }

    static constexpr bool is_set(type state) noexcept { return (state & set) != 0; }

    /// What set() makes of it: the same if it is set already.
    static constexpr type after_set(type state) noexcept { return is_set(state) ? state : state + one + set; }

    /// Whether one who saw `before` is let through.
    static constexpr bool has_happened(type before, type now) noexcept
    {
        return is_set(now) || before / one != now / one;
    }
};

}  // namespace signalbox::process::detail
