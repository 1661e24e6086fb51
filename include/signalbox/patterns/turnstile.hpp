// A turnstile: threads go through one after another, until somebody stops it; then all wait until it turns
// again.
//
// Invariant 1  Who passes, and who holds the turnstile, has the gate's only permit; who passes gives it back
//              at once.
// Because      It is the textbook's semaphore of one permit that everybody takes and gives back. Two of them
//              and a counter make the textbook's reusable barrier: that is signalbox::barrier, in one word
//              and with one wait; a turnstile is what remains to be reused for itself, to let a writer or
//              another group stop newcomers without a word to each.
// Fairness     That of the gate. With fairness::fifo nobody who comes later passes before the one who stops
//              it, so that nobody starves.
// Lifetime     The gate must outlive it. Many turnstiles, of several processes, may share one gate.
// Crash        Over process::semaphore: a process that dies while it passes or holds gives the permit back.
// Edges        unlock() -> pass(), lock(): those of the gate: what came before is visible to who gets in.
// Checked by   tests/patterns/turnstile_test.cpp
// Source       A. B. Downey, "The Little Book of Semaphores", 3.6 and 4.2.4
#pragma once

#include <mutex>
#include <system_error>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

namespace signalbox {

/// Meets Lockable: std::unique_lock and std::scoped_lock hold it. Any thread may call any function, and start
/// again what another one stopped (so it is no capability for Clang's analysis); none may be called from a
/// signal handler.
template <limit_semaphore Semaphore = semaphore>
class turnstile {
public:
    /// Over a semaphore of one permit, which belongs to turnstiles alone.
    explicit turnstile(Semaphore& gate) noexcept : gate_{gate} {}
    turnstile(const turnstile&) = delete;
    turnstile& operator=(const turnstile&) = delete;

    /// Goes through; waits while it is held.
    /// Errors      Those of gate.acquire().
    /// Complexity  One acquire and one release of the gate.
    void pass() { const permit<Semaphore> passing{gate_}; }

    /// Goes through within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired: it went through, and holds nothing; timed_out, stopped or closed: it did not.
    outcome pass(const limit& within) { return permit<Semaphore>{gate_, 1, within}.outcome(); }

    /// Goes through if that needs no waiting. Also false while somebody else is just going through.
    [[nodiscard]] bool try_pass() { return static_cast<bool>(permit<Semaphore>{gate_, 1, std::try_to_lock}); }

    /// Stops it: from now on nobody passes. Waits until nobody else holds it.
    /// Errors      Those of gate.acquire().
    void lock() { static_cast<void>(keep(permit<Semaphore>{gate_})); }

    /// Stops it within a limit. Returns  acquired: it is held; timed_out, stopped or closed: it is not.
    outcome lock(const limit& within) { return keep(permit<Semaphore>{gate_, 1, within}); }

    /// Stops it if that needs no waiting.
    [[nodiscard]] bool try_lock()
    {
        return keep(permit<Semaphore>{gate_, 1, std::try_to_lock}) == outcome::acquired;
    }

    /// Lets it turn again. Any thread may, through the object that was locked.
    /// Errors      operation_not_permitted: it is not held through this object; nothing changes.
    void unlock()
    {
        permit<Semaphore> held;  // released after the mutex
        const std::lock_guard lock{mutex_};
        if (!held_) {
            throw std::system_error(std::make_error_code(std::errc::operation_not_permitted),
                                    "signalbox::turnstile: unlocked, and it is not held through this object");
        }
        held = std::move(held_);
    }

    /// Says whether it is held through this object at this moment.
    [[nodiscard]] bool is_held() const
    {
        const std::lock_guard lock{mutex_};
        return static_cast<bool>(held_);
    }

private:
    outcome keep(permit<Semaphore>&& taken)
    {
        const outcome how = taken.outcome();
        if (taken) {
            const std::lock_guard lock{mutex_};
            held_ = std::move(taken);
        }
        return how;
    }

    Semaphore& gate_;
    mutable mutex mutex_;  // guards held_: who unlocks by mistake reads it too
    permit<Semaphore> held_;
};

}  // namespace signalbox
