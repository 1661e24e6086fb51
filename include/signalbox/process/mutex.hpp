// A mutex for the processes of one machine: it knows its owner, and never outlasts it locked.
//
// Invariant 1  At most one thread of one process owns it, and only that thread can unlock it: anybody else's
//              attempt is an error that names both, and changes nothing.
// Fairness     As process::semaphore, bounded: newcomers may overtake until the first of the queue has come
//              and found nothing, or for a turn of at most 1 ms.
// Lifetime     As process::semaphore.
// Crash        When the owner's process dies, in whatever way, the next one gets the mutex, and is told: what
//              it guards may be half changed. Or, poisoned, nobody gets it until somebody calls repair().
//              A thread that ends while it owns the mutex leaves it locked as long as its process lives.
// Edges        unlock() -> lock(): what the owner did is visible to the next owner.
// Checked by   tests/process/mutex_test.cpp, tests/crash/every_instruction_test.cpp
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
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

/// What the death of an owner leaves: a mutex that tells the next owner, or one that nobody gets.
enum class on_death { recover, poison };

struct mutex_options {
    unsigned mode = 0600;
    on_death on_owner_death = on_death::recover;
    std::string label{};
};

/// A thread of a process, as a mutex knows it: unique among all that ever used that mutex.
class owner_id {
public:
    static const owner_id none;

    constexpr owner_id() noexcept = default;
    constexpr explicit owner_id(std::uint64_t value) noexcept : value_{value} {}

    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

    friend constexpr auto operator<=>(owner_id, owner_id) noexcept = default;

private:
    std::uint64_t value_ = 0;
};

inline constexpr owner_id owner_id::none{};

/// A handle to a shared mutex; not recursive. Meets Lockable and TimedLockable. Any thread may call any
/// function, none from a signal handler. All handles of a process on the same file are one owner's. What
/// opens or makes one throws as process::semaphore does.
class SIGNALBOX_CAPABILITY("mutex") mutex {
public:
    using options = mutex_options;

    [[nodiscard]] SIGNALBOX_API static mutex create(const std::string& name, const options& how = {});
    [[nodiscard]] SIGNALBOX_API static mutex open(const std::string& name, const std::string& label = {});
    [[nodiscard]] SIGNALBOX_API static mutex open_or_create(const std::string& name, const options& how = {});
    [[nodiscard]] SIGNALBOX_API static mutex anonymous(const options& how = {});
    [[nodiscard]] SIGNALBOX_API static mutex from_handle(int handle, const std::string& label = {});
    SIGNALBOX_API static bool remove(const std::string& name);
    [[nodiscard]] SIGNALBOX_API static std::vector<std::string> list();

    SIGNALBOX_API mutex(mutex&& other) noexcept;
    SIGNALBOX_API mutex& operator=(mutex&& other) noexcept;
    mutex(const mutex&) = delete;
    mutex& operator=(const mutex&) = delete;
    SIGNALBOX_API ~mutex();

    /// Locks it; recovered_from() says whether the last owner died.
    /// Errors      resource_deadlock_would_occur: the caller owns it already; owner_dead: it is poisoned.
    /// Complexity  One compare-and-swap if it is free.
    SIGNALBOX_API void lock() SIGNALBOX_ACQUIRE();
    /// Returns     acquired; owner_died: acquired too, and the last owner died; timed_out; stopped; closed:
    ///             it is poisoned.
    /// Errors      resource_deadlock_would_occur.
    SIGNALBOX_API outcome lock(const limit& until) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS;
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

    /// Errors      operation_not_permitted: the caller does not own it; it stays as it was. Not of a damaged
    ///             file: guards unlock while they are destroyed, and nothing is left to be done there. Who
    ///             locks next fails, or waits as if it were held.
    SIGNALBOX_API void unlock() SIGNALBOX_RELEASE();

    /// Who owns it at this moment.
    [[nodiscard]] SIGNALBOX_API owner_id owner() const noexcept;
    /// For its owner: whose death left it, if the last owner died; and for anybody while it is poisoned.
    [[nodiscard]] SIGNALBOX_API std::optional<participant_info> recovered_from() const;
    /// Says that what it guards is in order again: a poisoned mutex can be locked again.
    SIGNALBOX_API void repair();

    /// The process that owns it, if one does; and who waits, in order.
    [[nodiscard]] SIGNALBOX_API std::vector<holder_info> holders() const;
    [[nodiscard]] SIGNALBOX_API waiter_list waiters() const;

    /// As process::semaphore::hold_with_children().
    SIGNALBOX_API void hold_with_children();
    SIGNALBOX_API void hold_alone();

    [[nodiscard]] SIGNALBOX_API const std::string& name() const noexcept;
    [[nodiscard]] SIGNALBOX_API int native_handle() const noexcept;

private:
    friend class recursive_mutex;

    [[nodiscard]] bool is_mine() const noexcept;

    explicit mutex(detail::attachment* object) noexcept : object_{object} {}

    detail::attachment* object_;
};

}  // namespace signalbox::process
