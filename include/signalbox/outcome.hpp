// How a wait ended: the one result of every blocking call that takes a limit.
//
// Because      `bool` can't tell a deadline from a request to stop, and an exception is no answer to an
//              ordinary event. It is [[nodiscard]]: who ignores it doesn't know whether anything is held.
// Checked by   tests/thread/outcome_test.cpp, tests/compile_fail/CMakeLists.txt
#pragma once

#include <string_view>

namespace signalbox {

enum class [[nodiscard]] outcome{
    acquired,    // the caller now holds what it asked for
    timed_out,   // the deadline passed first; nothing was taken
    stopped,     // a stop was requested first; nothing was taken
    closed,      // the object was closed; nothing was taken
    owner_died,  // process and cluster scope: acquired, and the owner before has died while it held it
    lost,        // cluster scope: what was held is held no longer
};

/// Says whether the caller holds what it asked for.
/// Complexity  One comparison.  Threads  Any.
[[nodiscard]] constexpr bool is_acquired(outcome result) noexcept
{
    return result == outcome::acquired || result == outcome::owner_died;
}

/// The enumerator's name, for messages and logs.
/// Returns  "acquired", "timed_out", "stopped", "closed", "owner_died", "lost";
///          "unknown" for a value that is none of them.
[[nodiscard]] constexpr std::string_view to_string(outcome result) noexcept
{
    switch (result) {
    case outcome::acquired: return "acquired";
    case outcome::timed_out: return "timed_out";
    case outcome::stopped: return "stopped";
    case outcome::closed: return "closed";
    case outcome::owner_died: return "owner_died";
    case outcome::lost: return "lost";
    }
    return "unknown";
}

}  // namespace signalbox
