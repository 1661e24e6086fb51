// A value that can only be reached through its lock: guarded<account> has no way to the account but lock().
//
// Invariant 1  Whoever has a reference to the value through a handle holds the mutex.
// Invariant 2  A handle that holds the mutex unlocks it exactly once; one that was moved from, or whose wait
//              ended otherwise, holds nothing.
// Because      A comment "guarded by m" can be forgotten; here the code without the lock does not compile.
//              What still can go wrong is to keep a reference longer than its handle: with() makes that
//              harder.
// Lifetime     The guarded value must outlive its handles.
// Checked by   tests/thread/guarded_test.cpp, tests/compile_fail/CMakeLists.txt
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/detail/call_site.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

SIGNALBOX_SITES_BEGIN

/// The way to a guarded value: holds its mutex until it is destroyed, as a pointer to the value. `T` is const
/// for a shared handle. It belongs to the thread that locked. Using one that holds nothing is undefined, as
/// with a null pointer: ask it first, if its lock could fail.
template <class T, class Mutex>
class [[nodiscard]] guarded_handle {
public:
    guarded_handle(guarded_handle&& other) noexcept
        : value_{std::exchange(other.value_, nullptr)}, mutex_{other.mutex_}, outcome_{other.outcome_}
    {
    }
    guarded_handle& operator=(guarded_handle&& other) noexcept
    {
        guarded_handle taken{std::move(other)};
        std::swap(value_, taken.value_);
        std::swap(mutex_, taken.mutex_);
        std::swap(outcome_, taken.outcome_);
        return *this;
    }
    guarded_handle(const guarded_handle&) = delete;
    guarded_handle& operator=(const guarded_handle&) = delete;

    /// Unlocks what is held. Errors: if the thread is not the owner, the program ends.
    ~guarded_handle() { unlock(); }

    /// Says whether the mutex is held, and so whether the value can be reached.
    [[nodiscard]] explicit operator bool() const noexcept { return value_ != nullptr; }

    /// How locking ended.
    signalbox::outcome outcome() const noexcept { return outcome_; }

    [[nodiscard]] T& operator*() const noexcept { return *value_; }
    [[nodiscard]] T* operator->() const noexcept { return value_; }

    /// Unlocks now; does nothing if nothing is held. Errors: those of the mutex.
    void unlock() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        if (value_ == nullptr) {
            return;
        }
        value_ = nullptr;
        if constexpr (std::is_const_v<T>) {
            mutex_->unlock_shared();
        } else {
            mutex_->unlock();
        }
    }

private:
    template <class, class>
    friend class guarded;
    guarded_handle(T* value, Mutex& mutex, signalbox::outcome how) noexcept
        : value_{value}, mutex_{std::addressof(mutex)}, outcome_{how}
    {
    }

    T* value_;  // null when nothing is held
    Mutex* mutex_;
    signalbox::outcome outcome_;
};

/// A value of type T together with the mutex that guards it. Any thread may call any function.
/// Mutex  lock(), try_lock() and unlock(); for the forms with a limit lock(limit), for the shared ones
///        lock_shared() and the like.
template <class T, class Mutex = mutex>
class guarded {
    static_assert(std::is_object_v<T> && !std::is_const_v<T>, "guard an object that somebody may change");

public:
    using value_type = T;
    using mutex_type = Mutex;
    using handle = guarded_handle<T, Mutex>;
    using shared_handle = guarded_handle<const T, Mutex>;

    /// Makes the value of the arguments. Errors: those of T's constructor.
    template <class... Args>
    requires std::is_constructible_v<T, Args...>
    explicit(sizeof...(Args) == 1) guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    guarded(const guarded&) = delete;
    guarded& operator=(const guarded&) = delete;

    /// Locks, waits until it can. Errors: those of the mutex.
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS handle lock(SIGNALBOX_SITE)
    {
        const detail::waiting_at here{at};
        mutex_.lock();
        return {std::addressof(value_), mutex_, outcome::acquired};
    }

    /// Locks within a limit; the handle says how that ended, and is empty unless it was acquired.
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS handle lock(const limit& until, SIGNALBOX_SITE)
    {
        const detail::waiting_at here{at};
        const outcome how = mutex_.lock(until);
        return {is_acquired(how) ? std::addressof(value_) : nullptr, mutex_, how};
    }

    /// Locks if that needs no waiting; the handle is empty otherwise.
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS handle
    try_lock(SIGNALBOX_SITE) noexcept(noexcept(std::declval<Mutex&>().try_lock()))
    {
        const detail::waiting_at here{at};
        const bool is_locked = mutex_.try_lock();
        return {is_locked ? std::addressof(value_) : nullptr, mutex_,
                is_locked ? outcome::acquired : outcome::timed_out};
    }

    /// The same to read, together with other readers.
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS shared_handle
    lock_shared(SIGNALBOX_SITE) const requires shared_lockable_like<Mutex>
    {
        const detail::waiting_at here{at};
        mutex_.lock_shared();
        return {std::addressof(value_), mutex_, outcome::acquired};
    }
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS shared_handle
    lock_shared(const limit& until, SIGNALBOX_SITE) const requires shared_lockable_like<Mutex>
    {
        const detail::waiting_at here{at};
        const outcome how = mutex_.lock_shared(until);
        return {is_acquired(how) ? std::addressof(value_) : nullptr, mutex_, how};
    }
    SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS shared_handle
    try_lock_shared() const requires shared_lockable_like<Mutex>
    {
        const bool is_locked = mutex_.try_lock_shared();
        return {is_locked ? std::addressof(value_) : nullptr, mutex_,
                is_locked ? outcome::acquired : outcome::timed_out};
    }

    /// Calls `function(T&)` while it holds the mutex. Returns what the function returns, by value: a
    /// reference to the value can't leave. Errors: those of the mutex and the function; it is unlocked then.
    template <class Function>
    auto with(Function&& function, SIGNALBOX_SITE)
    {
        const handle held = lock(at);
        return std::forward<Function>(function)(*held);
    }

    /// The same with `function(const T&)`, shared with other readers.
    template <class Function>
    auto with_shared(Function&& function, SIGNALBOX_SITE) const requires shared_lockable_like<Mutex>
    {
        const shared_handle held = lock_shared(at);
        return std::forward<Function>(function)(*held);
    }

    /// The mutex itself: to name it, to look at its owner, for explain().
    [[nodiscard]] const Mutex& mutex() const noexcept { return mutex_; }

private:
    mutable Mutex mutex_;
    T value_;
};

SIGNALBOX_SITES_END

}  // namespace signalbox
