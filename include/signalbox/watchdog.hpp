// A watchdog: a thread that reports who waits for whom, when some wait has lasted too long.
//
//   signalbox::watchdog dog{.after = std::chrono::seconds{5}};   // to stderr, as dump() writes it
//
// Invariant 1  A wait that lasts longer than `after` is reported, and once; a shorter one never is.
// Because      A program that hangs can't be asked: somebody in it has to be awake. The thread sleeps until
//              the oldest wait is due, and looks about once in every `after`.
// Lifetime     It watches until it is destroyed. In the child of a fork nobody watches.
// Checked by   tests/thread/watchdog_test.cpp
#pragma once

#include <chrono>
#include <memory>

#include <signalbox/config.hpp>
#include <signalbox/detail/function_box.hpp>

namespace signalbox {

namespace detail {

/// The thread of a watchdog.
class SIGNALBOX_API watch {
public:
    watch(std::chrono::nanoseconds after, const report_taker& report);
    watch(const watch&) = delete;
    watch& operator=(const watch&) = delete;
    ~watch();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace detail

/// Starts to watch when it is made, and stops when it is destroyed. A program may have several.
/// Errors      std::system_error if there can't be one more thread; std::bad_alloc.
/// Complexity  Each look takes the locks of the whole waiting table, about 10 us.
struct watchdog {
    /// How long a wait may last; at least a millisecond.
    std::chrono::nanoseconds after = std::chrono::seconds{10};

    /// Called with the text of dump(), once for all the waits that have become too long since the last time:
    /// on the watchdog's thread, without any lock of the library's. It must not throw. Without it the text
    /// goes to stderr.
    detail::report_taker report = {};

    /// The thread: leave it as it is.
    detail::watch running = {after, report};
};

}  // namespace signalbox
