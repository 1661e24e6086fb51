// The terms of the field as concepts: what a semaphore, a mutex and a permit of any scope can be asked for.
//
// Because      Patterns are written once over these, and know no scope; a scope says which it meets by a
//              static_assert in its tests. A concept names what can be called; what the calls promise stands
//              in the contract tests.
// Checked by   tests/thread/concepts_test.cpp
// Source       E. W. Dijkstra, "Cooperating sequential processes" (1965); the C++20 standard, [thread.sema]
//              and [thread.req.lockable]
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <utility>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

// Laid out by hand: clang-format 14 does not know requires-expressions.
// clang-format off

/// A count that threads take one from, and wait while it is zero. std::counting_semaphore is one.
template <class T>
concept semaphore_like = requires(T& semaphore, std::ptrdiff_t n) {
    semaphore.acquire();
    { semaphore.try_acquire() } -> std::same_as<bool>;
    semaphore.release();
    semaphore.release(n);
    { T::max() } -> std::same_as<std::ptrdiff_t>;
};

/// ... whose waits can be given a time, as the standard ones can.
template <class T>
concept timed_semaphore_like = semaphore_like<T> &&
    requires(T& semaphore, std::chrono::milliseconds span, std::chrono::steady_clock::time_point when) {
    { semaphore.try_acquire_for(span) } -> std::same_as<bool>;
    { semaphore.try_acquire_until(when) } -> std::same_as<bool>;
};

/// ... from which n permits are taken at once, all or nothing.
template <class T>
concept counted_semaphore = semaphore_like<T> && requires(T& semaphore, std::ptrdiff_t n) {
    semaphore.acquire(n);
    { semaphore.try_acquire(n) } -> std::same_as<bool>;
};

/// ... whose waits take a limit and say how they ended: what a permit needs.
template <class T>
concept limit_semaphore = counted_semaphore<T> &&
    requires(T& semaphore, std::ptrdiff_t n, const limit& within) {
    { semaphore.acquire(n, within) } -> std::same_as<outcome>;
};

/// ... that answers to the textbook's names of its two operations as well.
template <class T>
concept textbook_semaphore = limit_semaphore<T> &&
    requires(T& semaphore, std::ptrdiff_t n, const limit& within) {
    semaphore.wait();
    semaphore.wait(n);
    { semaphore.wait(n, within) } -> std::same_as<outcome>;
    semaphore.signal();
    semaphore.signal(n);
};

/// ... that can be looked at. What it answers may be out of date when the caller reads it.
template <class T>
concept observable_semaphore = semaphore_like<T> && requires(const T& semaphore) {
    { semaphore.available() } -> std::same_as<std::ptrdiff_t>;
    { semaphore.waiters() } -> std::convertible_to<std::ptrdiff_t>;
    { semaphore.capacity() } -> std::same_as<std::ptrdiff_t>;
};

/// What one thread at a time can hold: the standard's Lockable.
template <class T>
concept lockable_like = requires(T& mutex) {
    mutex.lock();
    { mutex.try_lock() } -> std::same_as<bool>;
    mutex.unlock();
};

/// ... whose waits can be given a time: the standard's TimedLockable.
template <class T>
concept timed_lockable_like = lockable_like<T> &&
    requires(T& mutex, std::chrono::milliseconds span, std::chrono::steady_clock::time_point when) {
    { mutex.try_lock_for(span) } -> std::same_as<bool>;
    { mutex.try_lock_until(when) } -> std::same_as<bool>;
};

/// ... whose waits take a limit and say how they ended.
template <class T>
concept limit_lockable = lockable_like<T> && requires(T& mutex, const limit& within) {
    { mutex.lock(within) } -> std::same_as<outcome>;
};

/// ... that knows its owner; the type of an owner has a value `none` for "nobody".
template <class T>
concept owned_lockable = lockable_like<T> && requires(const T& mutex) {
    { mutex.owner() } -> std::equality_comparable;
    { mutex.owner() == decltype(mutex.owner())::none } -> std::same_as<bool>;
};

/// What readers can hold together: the standard's SharedLockable.
template <class T>
concept shared_lockable_like = requires(T& mutex) {
    mutex.lock_shared();
    { mutex.try_lock_shared() } -> std::same_as<bool>;
    mutex.unlock_shared();
};

/// Something that holds permits and gives them back: moved, never copied. permit<Semaphore> is one.
template <class T>
concept permit_like = std::movable<T> && !std::copyable<T> && std::default_initializable<T> &&
                      requires(T& permit, const T& held, std::ptrdiff_t n) {
    { held.count() } -> std::same_as<std::ptrdiff_t>;
    { held.outcome() } -> std::same_as<outcome>;
    { bool(held) } -> std::same_as<bool>;
    { permit.split(n) } -> std::same_as<T>;
    permit.merge(std::move(permit));
    permit.release();
    permit.forget();
};

// clang-format on

}  // namespace signalbox
