// The waiter's side of waiting: one call that stands in the queue until it has what it wants or its limit is
// over. The argument is in waiting.hpp; the invariants named here are that page's.
//
//   state      written by                 then it
//   awake      itself, joining            looks at the word under the lock
//   parked     itself, under the lock     sleeps
//   called     who released; a stop       looks again; the first in the queue, finding nothing, reserves
//   granted    who served the queue       has it, and is out of the queue
//
// Edges        E1  release -> take: as in waiting.hpp.
#pragma once

#include <algorithm>
#include <exception>
#include <optional>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/probe.hpp>
#include <signalbox/platform/stop.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/deadlock_watch.hpp"
#include "core/phases.hpp"
#include "core/serving.hpp"
#include "core/turns.hpp"

namespace signalbox::detail {

template <class Cell>
class queued_call {
public:
    using word = typename Cell::word;
    using value = typename word::type;

    queued_call(Cell& cell, std::uint64_t wanted, const limit& until) noexcept
        : cell_{cell}, until_{until}, self_{&cell, Cell::kind, wanted}, place_{bucket_for(&cell)}
    {
    }

    /// Waits. `is_patient`: it expects owners to come and go, and to call it when its turn comes. `may_pass`:
    /// at its first look it may take what is free although others stand before it; whoever has spun must be
    /// let (Invariant 2 of spinning.hpp): what came free meanwhile may have been kept for it, and nobody was
    /// called.
    outcome run(thread_context& me, bool is_patient, bool may_pass)
    {
        may_pass_ = may_pass;
        std::optional<platform::stop_callback<on_stop>> stop;
        if (until_.can_stop()) {
            stop.emplace(until_.stop(), on_stop{*this});
        }
        time_slice::abandon(me);
        self_.thread = me.id;
        self_.site = me.site;
        self_.since = platform::now();
        watch_.begin(until_.is_for_ever());
        platform::probe::wait_begin(&cell_, Cell::kind, me.id, self_.wanted);
        place_.lock.lock();
        const std::uint64_t ahead = place_.push(self_, next_in_turn<Cell>(place_, self_, load()));
        const waiter* const head = place_.first(&cell_, Cell::kind);
        self_.is_patient = is_patient || (ahead > 0 && head->is_patient);
        if (self_.is_patient) {
            impatient_at_ = platform::now() + policy.patience(ahead);
        }
        if (me.expelled == &cell_) {
            me.expelled = nullptr;
        }
        is_over_ = until_.until().has_passed();
        has_spun_ = !Cell::is_shareable && me.same_core == &cell_;  // who will serve it runs on this core
        const outcome result = wait_in_queue();
        stop.reset();  // no callback runs any more
        platform::probe::wait_end(&cell_, Cell::kind, me.id, is_acquired(result));
        if (result != outcome::acquired && deadlock_ != nullptr) {
            std::rethrow_exception(deadlock_);
        }
        note_core(me);
        return result;
    }

    /// The record that stands for this call: a wait for something else may lend it to another queue before.
    [[nodiscard]] waiter& record() noexcept { return self_; }

    /// Instead of run(), without a stop token: goes on from a sleep in which somebody else has put the record
    /// into this queue. `slept`: it has been asleep, so that what the wake-up took can be learnt.
    outcome go_on(thread_context& me, bool slept)
    {
        if (me.expelled == &cell_) {
            me.expelled = nullptr;
        }
        const bool is_there = is_served(!slept);
        watch_.begin(!is_there);
        const outcome result = is_there ? self_.ended : wait_in_queue();
        note_core(me);
        return result;
    }

private:
    struct on_stop {
        queued_call& call_;
        void operator()() const noexcept { call_.stop(); }
    };

    value load() const noexcept
    {
        return cell_.state.load(std::memory_order_relaxed);  // relaxed: whoever acts on it compares and swaps
    }

    bool is_first() const noexcept { return self_.previous == nullptr; }

    // Enters with the bucket locked and self in its queue; returns with neither.
    outcome wait_in_queue()
    {
        for (;;) {
            std::optional<outcome> result;
            if (self_.is_stopped) {
                result = leave(outcome::stopped);
            } else if (const auto refusal = cell_.refusal(load(), self_.wanted)) {
                result = leave(*refusal);
            } else if (take_or_flag()) {
                result = outcome::acquired;
            } else if ((is_over_ && !Cell::is_settling(seen_)) || deadlock_ != nullptr) {
                result = leave(outcome::timed_out);
            }
            const bool spins = !result && will_spin();
            if (!result) {
                // relaxed: the bucket's lock publishes it
                self_.state.store(spins ? waiter::awake : waiter::parked, std::memory_order_relaxed);
            }
            place_.lock.unlock();
            wakes_.wake();
            if (result) {
                return *result;
            }
            spins ? spin_for_grant() : park();
            if (is_served(spins)) {
                return self_.ended;
            }
        }
    }

    // After a sleep or a spin: returns whether it was granted what it wants. If not, the bucket is locked.
    bool is_served(bool was_awake)
    {
        if (self_.is_granted()) {
            learn_wake_cost(was_awake);
            return true;
        }
        place_.lock.lock();
        if (self_.is_granted()) {
            place_.lock.unlock();
            return true;
        }
        reconsider();
        if (may_pass_) {
            learn_wake_cost(was_awake);
        }
        return false;
    }

    // Takes what it wants and leaves the queue; or, if that is not to be had, makes sure that a release will
    // look at the queue (Invariant 1a). Only the first waiter takes what is reserved; another one passes by
    // it only if it was called, or has just come. An open gate is for all, whoever stands before them.
    bool take_or_flag()
    {
        value now = load();
        for (;;) {
            const bool may_take = is_first() || is_gate<Cell> || (may_pass_ && (now & word::reserved) == 0);
            if (may_take && cell_.can_take(now, self_.wanted)) {
                const waiter* const rest = is_first() ? self_.next : place_.first(&cell_, Cell::kind);
                const value taken = Cell::take(now, self_.wanted);
                const value next = (taken & ~(word::queued | word::reserved)) | flags_for<Cell>(rest, taken);
                // E1 acquire: pairs with the release of what is taken; relaxed: a lost race looks again
                if (cell_.state.compare_exchange_weak(now, next, std::memory_order_acquire,
                                                      std::memory_order_relaxed)) {
                    place_.remove(self_);
                    serve(cell_, place_, wakes_);
                    return true;
                }
                continue;
            }
            const value next = is_first() ? now | flags_for<Cell>(&self_, now) : now;
            seen_ = now;
            // relaxed: flags publish nothing; the queue is published by the bucket's lock
            if (next == now || cell_.state.compare_exchange_weak(now, next, std::memory_order_relaxed,
                                                                 std::memory_order_relaxed)) {
                return false;
            }
        }
    }

    // Leaves the queue with nothing, and passes on whatever it may have been called for (Invariant 2).
    outcome leave(outcome why)
    {
        if (why == outcome::stopped) {
            platform::probe::stop(&cell_, Cell::kind, self_.thread);
        } else if (deadlock_ == nullptr) {
            platform::probe::time_out(&cell_, Cell::kind, self_.thread);
        }
        place_.remove(self_);
        set_flags(cell_, place_.first(&cell_, Cell::kind));
        serve(cell_, place_, wakes_);
        return why;
    }

    // After a sleep or a spin without a grant: what has changed? The bucket is locked.
    void reconsider() noexcept
    {
        const auto now = platform::now();
        is_over_ = now >= until_.until().time();
        // relaxed: written under the lock we hold
        may_pass_ = self_.state.load(std::memory_order_relaxed) == waiter::called;
        const bool has_waited_long = self_.is_patient && now >= impatient_at_;
        if (is_first()) {
            self_.is_reserving = self_.is_reserving || may_pass_ || has_waited_long;
        } else if (has_waited_long) {
            impatient_at_ = now + policy.patience(place_.ahead_of(self_));
        }
        has_spun_ = has_spun_ && !may_pass_;
        watch_.answer();
        // relaxed: the bucket's lock publishes it
        self_.state.store(waiter::awake, std::memory_order_relaxed);
    }

    // The one whose turn it is next stays awake for a while, once: it will be granted what comes free.
    bool will_spin() noexcept
    {
        if (has_spun_ || !is_first() || !policy.spins || !is_reserving<Cell>(self_, load()) ||
            (platform::cpu_count() == 1 && !Cell::is_shareable)) {
            return false;
        }
        has_spun_ = true;
        return true;
    }

    void note_core(thread_context& me) const noexcept
    {
        me.same_core = self_.served_from == platform::current_cpu() ? &cell_ : nullptr;
    }

    void learn_wake_cost(bool was_awake) const noexcept
    {
        if (!was_awake && self_.served_from != platform::current_cpu()) {  // only that is dearer than to spin
            wake_cost::learn(platform::now() - self_.served_at);
        }
    }

    void spin_for_grant() noexcept
    {
        wait_loop<Cell> polls{until_};
        // relaxed: is_granted() looks again
        while (self_.state.load(std::memory_order_relaxed) == waiter::awake && polls.pause()) {
        }
    }

    void park() noexcept
    {
        auto wake_at = std::min(until_.until().time(), watch_.due());
        if (self_.is_patient && !self_.is_reserving) {
            wake_at = std::min(wake_at, impatient_at_);
        }
        const bool is_timed = wake_at != std::chrono::steady_clock::time_point::max();
        // relaxed: is_granted() looks again
        while (self_.state.load(std::memory_order_relaxed) == waiter::parked) {
            if (!is_timed) {
                platform::wait(self_.state, waiter::parked);
            } else if (!platform::wait_until(self_.state, waiter::parked, wake_at)) {
                if (wake_at == watch_.due()) {
                    deadlock_ = watch_.search();
                }
                return;
            }
        }
    }

    // Called by whoever requests a stop, on its thread, at any time until the end of run().
    void stop() noexcept
    {
        wake_list wakes;
        place_.lock.lock();
        if (!self_.is_granted()) {
            self_.is_stopped = true;
            call(self_, wakes);
        }
        place_.lock.unlock();
        wakes.wake();
    }

    Cell& cell_;
    const limit& until_;
    waiter self_;
    bucket& place_;
    wake_list wakes_;
    deadlock_watch watch_{self_};
    std::exception_ptr deadlock_;  // what the call ends with unless it gets what it wants after all
    std::chrono::steady_clock::time_point impatient_at_{};
    value seen_ = 0;  // the word in which it did not find what it wants
    bool is_over_ = false, has_spun_ = false, may_pass_ = false;  // pass: take what is free, though not first
};

}  // namespace signalbox::detail
