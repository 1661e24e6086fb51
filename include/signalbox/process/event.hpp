// An event between processes: one says that something has happened, others wait for it. Manual reset.
//
// Invariant 1  A wait() that began before a set() ends, also if a reset() follows at once.
// Because      docs/decisions/0007-event-between-processes.md says why there is an event and no condition
//              variable; an event that lets one waiter through for each set() is a semaphore of capacity 1.
// Lifetime     As process::semaphore.
// Crash        A set() that is killed has happened or has not. If it has, all who wait know within 100 ms at
//              the latest: mostly at once, since the kernel wakes one of them, who wakes the others.
// Edges        set() -> wait(): what came before a set() that a wait finds is visible after it.
// Checked by   tests/process/event_test.cpp, tests/crash/event_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <signalbox/config.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/process/info.hpp>

namespace signalbox::process {

namespace detail {
class attachment;
}

struct event_options {
    bool is_set = false;
    unsigned mode = 0600;  // permission of the file, exactly as given
    std::string label{};   // what others see of this process in waiters(); 47 characters
};

/// A handle to a shared event. Any thread may call any function; set(), reset() and is_set() may be called
/// from a signal handler. What opens or makes one throws as process::semaphore does.
class event {
public:
    using options = event_options;

    [[nodiscard]] SIGNALBOX_API static event create(const std::string& name, const options& how = {});
    [[nodiscard]] SIGNALBOX_API static event open(const std::string& name, const std::string& label = {});
    /// Opens it if it is there, set or not; otherwise makes it.
    [[nodiscard]] SIGNALBOX_API static event open_or_create(const std::string& name, const options& how = {});
    [[nodiscard]] SIGNALBOX_API static event anonymous(const options& how = {});
    [[nodiscard]] SIGNALBOX_API static event from_handle(int handle, const std::string& label = {});
    SIGNALBOX_API static bool remove(const std::string& name);
    [[nodiscard]] SIGNALBOX_API static std::vector<std::string> list();

    SIGNALBOX_API event(event&& other) noexcept;
    SIGNALBOX_API event& operator=(event&& other) noexcept;
    event(const event&) = delete;
    event& operator=(const event&) = delete;
    SIGNALBOX_API ~event();

    /// Lets everybody through who waits or will wait, until reset(). An event that is set stays set.
    /// Complexity  One compare-and-swap; a wake-up for each thread that waits.
    SIGNALBOX_API void set() noexcept;

    /// Makes the next wait() wait. Returns whether the event was set.
    SIGNALBOX_API bool reset() noexcept;

    /// Whether it is set at this moment. try_wait() is the same, by another name.
    [[nodiscard]] SIGNALBOX_API bool is_set() const noexcept;
    [[nodiscard]] bool try_wait() const noexcept { return is_set(); }

    /// Waits until it is set.
    /// Errors      identifier_removed: the event was removed; resource_unavailable_try_again: no place for
    ///             one waiter more.
    /// Complexity  One load if it is set.
    void wait() const { static_cast<void>(wait(limit{})); }
    /// Returns     acquired: it is, or was, set; timed_out; stopped, even if it is set, if it was stopped
    ///             before.
    SIGNALBOX_API outcome wait(const limit& until) const;

    template <class Rep, class Period>
    [[nodiscard]] bool wait_for(const std::chrono::duration<Rep, Period>& span) const
    {
        return is_acquired(wait(limit{span}));
    }

    template <class Clock, class Duration>
    [[nodiscard]] bool wait_until(const std::chrono::time_point<Clock, Duration>& when) const
    {
        return is_acquired(wait(limit{when}));
    }

    /// Who waits, in the order in which they came, and how many.
    [[nodiscard]] SIGNALBOX_API waiter_list waiters() const;
    [[nodiscard]] SIGNALBOX_API const std::string& name() const noexcept;
    [[nodiscard]] SIGNALBOX_API int native_handle() const noexcept;

private:
    explicit event(detail::attachment* object) noexcept : object_{object} {}

    detail::attachment* object_;
};

}  // namespace signalbox::process
