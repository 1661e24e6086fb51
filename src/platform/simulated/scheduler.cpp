// Whose step is next.
#include "machine.hpp"

#include <bit>

#include "arena.hpp"

namespace signalbox::simulated {
namespace {

using thread_set = std::uint32_t;

constexpr thread_set bit(unsigned thread) noexcept
{
    return thread_set{1} << thread;
}

unsigned first_of(thread_set threads) noexcept
{
    return static_cast<unsigned>(std::countr_zero(threads));
}

}  // namespace

void machine::announce(const char* what, const void* object, site at)
{
    ready_ |= bit(running_);
    end_turn_of_running(what, object, at);
}

void machine::pause(site at)
{
    pausing_ |= bit(running_);
    end_turn_of_running("pause", nullptr, at);
    trace_.line(running_, "pause", nullptr, "", at);
}

void machine::end_turn_of_running(const char* what, const void* object, site at)
{
    const unsigned me = running_;
    threads_[me].doing = what;
    threads_[me].object = object;
    threads_[me].at = at;
    reschedule();
    ready_ &= ~bit(me);
    last_ = me;
    absorb(me, {1, 1});
    ++threads_[me].view.at[me];
    count_step();
}

void machine::count_step()
{
    if (++steps_ > options_->max_steps) {
        end_as_failure(failure_kind::livelock,
                       "the threads go on and on: " + std::to_string(steps_) + " steps");
    }
}

void machine::reschedule()
{
    check_invariants();
    switch_to(pick());
}

void machine::switch_to(unsigned thread)
{
    if (thread != running_) {
        fiber& from = threads_[running_].stack;
        running_ = thread;
        arena::heap_owner = thread;
        fiber::switch_to(from, threads_[thread].stack);
    }
}

unsigned machine::pick()
{
    for (;;) {
        if (resuming_ != 0) {
            const unsigned woken = first_of(resuming_);
            resuming_ &= ~bit(woken);
            return woken;
        }
        if (live_ == 0) {
            return 0;
        }
        if (ready_ == 0) {
            if (!let_time_pass()) {
                report_deadlock();
            }
            continue;
        }
        const action chosen = actions_[pick_action()];
        if (perform(chosen)) {
            return chosen.thread;
        }
    }
}

unsigned machine::pick_action()
{
    const unsigned count = collect_actions();
    if (count == 1) {
        return 0;
    }
    if (is_known_state()) {
        leave(ending::known_state);
    }
    const unsigned chosen = tree_->choose_action({actions_.data(), count}, state_of(pasts_.versions), steps_);
    if (!tree_->is_deterministic()) {
        end_as_failure(failure_kind::nondeterminism, "the same choices led to another state");
    }
    return chosen;
}

unsigned machine::collect_actions()
{
    unsigned count = 0;
    const auto add = [&](action::kind what, unsigned thread) {
        actions_[count++] = {what, static_cast<std::uint8_t>(thread)};
    };
    const auto add_all = [&](action::kind what, thread_set threads) {
        for (; threads != 0; threads &= threads - 1) {
            add(what, first_of(threads));
        }
    };
    const bool last_can_go_on = (ready_ & bit(last_)) != 0;
    if (last_can_go_on) {
        add(action::kind::run, last_);
    }
    if (!last_can_go_on || left_.preemptions != 0) {
        add_all(action::kind::run, ready_ & ~(last_can_go_on ? bit(last_) : 0));
    }
    if (left_.rushed_pauses != 0) {
        add_all(action::kind::rush, pausing_);
    }
    if (left_.spurious_wakes != 0) {
        add_all(action::kind::wake_spuriously, asleep_);
    }
    if (left_.time_jumps != 0 && timed_ != 0) {
        add(action::kind::jump_in_time, first_of(timed_));
    }
    return count;
}

/// Returns true if the action's thread does its step now.
bool machine::perform(action chosen)
{
    switch (chosen.what) {
    case action::kind::run:
        if (chosen.thread != last_ && (ready_ & bit(last_)) != 0 && left_.preemptions != without_bound) {
            --left_.preemptions;
        }
        return true;
    case action::kind::rush:
        --left_.rushed_pauses;
        pausing_ &= ~bit(chosen.thread);
        return true;
    case action::kind::wake_spuriously:
        --left_.spurious_wakes;
        trace_.line(chosen.thread, "is woken spuriously", threads_[chosen.thread].sleeps_on, "", {});
        end_sleep(chosen.thread, wake_reason::spurious);
        return false;
    case action::kind::jump_in_time:
        --left_.time_jumps;
        set_clock(next_deadline());
        return false;
    }
    return false;
}

bool machine::let_time_pass()
{
    if (pausing_ != 0) {
        set_clock(clock_ + options_->pause_quantum.count());
        release_pausing();
        return true;
    }
    if (timed_ != 0) {
        ++idle_jumps_;
        set_clock(next_deadline());
        return true;
    }
    return false;
}

void machine::report_deadlock()
{
    const arena::suspended ordinary_heap;
    std::string message = "nobody can run:";
    for (thread_set threads = live_; threads != 0; threads &= threads - 1) {
        const unsigned thread = first_of(threads);
        const thread_state& sleeper = threads_[thread];
        message += " " + trace_.name_of_thread(thread) + " sleeps in " + sleeper.doing + " of " +
                   trace_.name_of_object(sleeper.object) + " at " + where(sleeper.at) + ";";
    }
    end_as_failure(std::popcount(live_) == 1 ? failure_kind::lost_wakeup : failure_kind::deadlock, message);
}

void machine::release_pausing() noexcept
{
    ready_ |= pausing_;
    pausing_ = 0;
}

unsigned machine::choose(unsigned count)
{
    const unsigned chosen = tree_->choose(count, state_of(pasts_.versions));
    if (!tree_->is_deterministic()) {
        end_as_failure(failure_kind::nondeterminism, "the same choices led to another state");
    }
    return chosen;
}

void machine::absorb(unsigned thread, past learnt) noexcept
{
    past& before = threads_[thread].before;
    pasts_.values -= before.values;
    pasts_.versions -= before.versions;
    before = {mixed(before.values + learnt.values), mixed(before.versions + learnt.versions)};
    pasts_.values += before.values;
    pasts_.versions += before.versions;
}

bool machine::is_known_state()
{
    const std::uint64_t by_values = state_of(pasts_.values + contents_);
    if (left_.stale_reads == 0) {
        return tree_->is_known(by_values, left_);
    }
    if (tree_->is_known(state_of(pasts_.versions), left_)) {
        return true;
    }
    budgets without_stale_reads = left_;
    without_stale_reads.stale_reads = 0;
    static_cast<void>(
        tree_->is_known(by_values, without_stale_reads));  // what is explored now covers that too
    return false;
}

std::uint64_t machine::state_of(std::uint64_t pasts) const noexcept
{
    constexpr std::uint64_t odd_a = 0xd6e8feb86659fd93;
    constexpr std::uint64_t odd_b = 0xa0761d6478bd642f;
    const bool bounded = options_->preemptions != without_bound;
    const auto rest = static_cast<std::uint64_t>(clock_) * odd_a + pausing_ +
                      (std::uint64_t{idle_jumps_} << 32) + (bounded ? (std::uint64_t{last_} + 1) << 48 : 0);
    return mixed(pasts ^ rest * odd_b);
}

}  // namespace signalbox::simulated
