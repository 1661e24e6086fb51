// A mutex between processes that its owner may lock again: a mutex, and how often it was locked beyond that.
//
// Invariant 1  The first lock and the last unlock are those of the mutex inside, with all that it promises.
// Because      How often is a matter of the owner's process alone: it stands in its memory, not in the file.
//              So an owner that dies takes its depth along, and the next one begins at 1.
// Fairness     As process::mutex; so are lifetime and edges.
// Crash        As process::mutex, at every depth.
// Checked by   tests/process/recursive_mutex_test.cpp, tests/crash/event_test.cpp
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <signalbox/process/mutex.hpp>

namespace signalbox::process {

/// A handle to a shared recursive mutex. Meets Lockable and TimedLockable. Its owner is one thread of one
/// process, through whichever handle. Any thread may call any function, none from a signal handler. What
/// opens or makes one throws as process::semaphore does. In the child of a fork nobody owns it.
class SIGNALBOX_REENTRANT_CAPABILITY("mutex") recursive_mutex {
public:
    using options = mutex_options;

    [[nodiscard]] SIGNALBOX_API static recursive_mutex create(const std::string& name,
                                                              const options& how = {});
    [[nodiscard]] SIGNALBOX_API static recursive_mutex open(const std::string& name,
                                                            const std::string& label = {});
    [[nodiscard]] SIGNALBOX_API static recursive_mutex open_or_create(const std::string& name,
                                                                      const options& how = {});
    [[nodiscard]] SIGNALBOX_API static recursive_mutex anonymous(const options& how = {});
    [[nodiscard]] SIGNALBOX_API static recursive_mutex from_handle(int handle, const std::string& label = {});
    SIGNALBOX_API static bool remove(const std::string& name);
    [[nodiscard]] SIGNALBOX_API static std::vector<std::string> list();

    /// How often one thread can lock it.
    [[nodiscard]] static constexpr std::uint32_t max_depth() noexcept { return (std::uint32_t{1} << 24) - 1; }

    /// Locks it, or locks it once more.
    /// Errors      As mutex::lock(), and value_too_large: the caller has locked it max_depth() times: it
    ///             stays as it was.
    /// Complexity  As mutex::lock(); for its owner two loads and an addition.
    SIGNALBOX_API void lock() SIGNALBOX_ACQUIRE();
    /// Returns     As mutex::lock(until). A token that was stopped before ends it even for the owner.
    /// Errors      As lock().
    SIGNALBOX_API outcome lock(const limit& until) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS;
    /// False also for an owner that has locked it max_depth() times.
    [[nodiscard]] SIGNALBOX_API bool try_lock() noexcept SIGNALBOX_TRY_ACQUIRE(true);

    template <class Rep, class Period>
    [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& span)
        SIGNALBOX_TRY_ACQUIRE(true)
    {
        return is_acquired(lock(limit{span}));
    }

    template <class Clock, class Duration>
    [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& when)
        SIGNALBOX_TRY_ACQUIRE(true)
    {
        return is_acquired(lock(limit{when}));
    }

    /// Takes back one lock; the last one unlocks it.
    /// Errors      operation_not_permitted: the caller does not own it; it stays as it was.
    SIGNALBOX_API void unlock() SIGNALBOX_RELEASE();

    /// How often the caller has locked it and not unlocked it; 0 if it is not the owner.
    [[nodiscard]] SIGNALBOX_API std::uint32_t depth() const noexcept;
    [[nodiscard]] owner_id owner() const noexcept { return first_.owner(); }

    /// As those of process::mutex.
    [[nodiscard]] std::optional<participant_info> recovered_from() const { return first_.recovered_from(); }
    void repair() { first_.repair(); }
    [[nodiscard]] std::vector<holder_info> holders() const { return first_.holders(); }
    [[nodiscard]] waiter_list waiters() const { return first_.waiters(); }
    [[nodiscard]] const std::string& name() const noexcept { return first_.name(); }
    [[nodiscard]] int native_handle() const noexcept { return first_.native_handle(); }

private:
    explicit recursive_mutex(detail::attachment* object) noexcept : first_{object} {}

    [[nodiscard]] bool lock_again() noexcept;
    [[noreturn]] void refuse_depth() const;

    mutex first_;
};

}  // namespace signalbox::process
