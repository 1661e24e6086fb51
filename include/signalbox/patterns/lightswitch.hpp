// A lightswitch: the first of a group to come takes a room for all of them, the last to go gives it back.
//
// Invariant 1  The room's permit is held by this object exactly while inside() > 0.
// Invariant 2  At most one thread, the opener, waits for the room on behalf of the others; when its wait ends
//              without the room, the next one of those who wait behind it becomes the opener, with its own
//              limit.
// Because      The opener waits without owning the mutex, so that everybody else can keep its own limit. Who
//              switches on need not switch off, so the room is a semaphore: a mutex would refuse the last
//              thread.
// Fairness     The group shuts out others for as long as it never empties, by its nature: where that starves
//              somebody use shared_mutex or category_lock, or let everybody pass a turnstile first.
// Lifetime     The room must outlive it; it may be destroyed when nobody is inside or in one of its
//              functions.
// Crash        The group is the threads that share this object, so those of one process; the room may be
//              shared by processes. A process::semaphore gets its permit back when the process dies. In the
//              child of a fork make another one.
// Edges        None of its own: those of the room and of the mutex.
// Checked by   tests/patterns/lightswitch_test.cpp, tests/simulated/patterns_test.cpp
// Source       A. B. Downey, "The Little Book of Semaphores", 4.2
#pragma once

#include <cstddef>
#include <mutex>
#include <system_error>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/condition_variable.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

namespace signalbox {

/// Shared holding of one permit of a semaphore. Meets SharedLockable: std::shared_lock works with it. Any
/// thread may call any function; none may be called from a signal handler.
template <limit_semaphore Semaphore = semaphore>
class lightswitch {
public:
    /// A switch for `room`, of which it takes one permit at a time.
    explicit lightswitch(Semaphore& room) noexcept : room_{room} {}
    lightswitch(const lightswitch&) = delete;
    lightswitch& operator=(const lightswitch&) = delete;

    /// Comes in; waits until the room is the group's.
    /// Errors      Those of room.acquire(): then the caller is not inside, and the next one tries.
    /// Complexity  Locks a mutex; the first also acquires the room. Contended, at most one sleep more.
    void lock_shared()
    {
        static_cast<void>(enter(limit{}, [this] { return permit<Semaphore>{room_}; }));
    }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired; otherwise the caller is not inside: timed_out, stopped (also, if it was stopped
    ///             before, when the group is inside), or closed: the room is.
    outcome lock_shared(const limit& within)
    {
        return within.is_stopped() ? outcome::stopped : enter(within, [this, &within] {
            return permit<Semaphore>{room_, 1, within};
        });
    }

    /// Comes in if the group is inside or the room is free; false also while somebody waits for the room.
    /// Complexity  Locks a mutex that nobody owns while it waits for the room.
    [[nodiscard]] bool try_lock_shared()
    {
        const std::lock_guard lock{mutex_};
        if (is_opening_) {
            return false;
        }
        if (inside_ == 0) {
            light_ = permit<Semaphore>{room_, 1, std::try_to_lock};
            if (!light_) {
                return false;
            }
        }
        ++inside_;
        return true;
    }

    /// Goes; the last one gives the room back. Any thread may go for one that is inside.
    /// Errors      operation_not_permitted: nobody is inside; nothing changes. If the room refuses its permit
    ///             (somebody gave back more than was taken) the program ends, as with any permit.
    void unlock_shared()
    {
        permit<Semaphore> off;  // released after the mutex
        const std::lock_guard lock{mutex_};
        if (inside_ == 0) {
            throw std::system_error(std::make_error_code(std::errc::operation_not_permitted),
                                    "signalbox::lightswitch: nobody is inside who could go");
        }
        if (--inside_ == 0) {
            off = std::move(light_);
        }
    }

    /// How many are inside at this moment.
    [[nodiscard]] std::size_t inside() const { return look(inside_); }

    /// How many wait at this moment, the opener included.
    [[nodiscard]] std::size_t waiters() const { return look(waiting_); }

private:
    // Ends the opener's turn, however that comes about: it is inside, or the next one tries.
    struct turn {
        lightswitch& of;
        std::unique_lock<mutex>& lock;
        permit<Semaphore> light{};

        ~turn()
        {
            lock.lock();
            of.is_opening_ = false;
            --of.waiting_;
            if (light) {
                of.light_ = std::move(light);
                of.inside_ = 1;
                of.may_enter_.notify_all();
            } else {
                of.may_enter_.notify_one();  // (by Invariant 2)
            }
        }
    };

    template <class Take>
    outcome enter(const limit& within, Take take)
    {
        std::unique_lock lock{mutex_};
        ++waiting_;
        const outcome waited = may_enter_.wait(lock, within, [this] { return !is_opening_; });
        if (waited != outcome::acquired || inside_ > 0) {
            --waiting_;
            inside_ += waited == outcome::acquired ? 1 : 0;
            return waited;
        }
        is_opening_ = true;
        lock.unlock();
        turn mine{*this, lock};
        mine.light = take();
        return mine.light.outcome();
    }

    std::size_t look(const std::size_t& number) const
    {
        const std::lock_guard lock{mutex_};
        return number;
    }

    Semaphore& room_;
    mutable mutex mutex_;  // guards what follows, and is never owned while waiting for the room
    condition_variable may_enter_;
    permit<Semaphore> light_;
    std::size_t inside_ = 0;
    std::size_t waiting_ = 0;
    bool is_opening_ = false;
};

}  // namespace signalbox
