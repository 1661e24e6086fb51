// Sleeping, waking, the clock, and the platform's functions for them.
#include <bit>
#include <string>

#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/wait.hpp>

#include "arena.hpp"
#include "machine.hpp"

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

wake_reason machine::sleep(const void* address, nanoseconds deadline)
{
    const unsigned me = running_;
    thread_state& sleeper = threads_[me];
    sleeper.sleeps_on = address;
    sleeper.deadline = deadline;
    asleep_ |= bit(me);
    timed_ |= deadline == no_deadline ? 0 : bit(me);
    reschedule();
    return sleeper.woken;
}

void machine::end_sleep(unsigned thread, wake_reason reason)
{
    asleep_ &= ~bit(thread);
    timed_ &= ~bit(thread);
    resuming_ |= bit(thread);
    threads_[thread].woken = reason;
    // Whether it timed out is all that it learns: not who woke it.
    const auto learnt = static_cast<std::uint64_t>(reason == wake_reason::timed_out) + 2;
    absorb(thread, {learnt, learnt});
}

void machine::wake(const void* address, bool all)
{
    std::array<unsigned, max_threads> sleepers{};
    unsigned count = 0;
    for (thread_set threads = asleep_; threads != 0; threads &= threads - 1) {
        if (threads_[first_of(threads)].sleeps_on == address) {
            sleepers[count++] = first_of(threads);
        }
    }
    const unsigned first = count > 1 && !all ? choose(count) : 0;
    const unsigned end = all ? count : std::min(count, first + 1);
    for (unsigned at = first; at < end; ++at) {
        end_sleep(sleepers[at], wake_reason::woken);
        trace_.line(sleepers[at], "is woken", nullptr, "", {});
    }
    if (end > first) {
        release_pausing();
    }
}

void machine::block(const void* address)
{
    threads_[running_].sleeps_on = address;
    blocked_ |= bit(running_);
    reschedule();
}

void machine::unblock(const void* address)
{
    for (thread_set threads = blocked_; threads != 0; threads &= threads - 1) {
        const unsigned thread = first_of(threads);
        if (threads_[thread].sleeps_on == address) {
            blocked_ &= ~bit(thread);
            resuming_ |= bit(thread);
            threads_[thread].view.join(view());
            absorb(thread, past_of_running());
        }
    }
    ++view().at[running_];  // what the thread does from here on, the sleepers have not seen
}

nanoseconds machine::next_deadline() const noexcept
{
    nanoseconds first = no_deadline;
    for (thread_set threads = timed_; threads != 0; threads &= threads - 1) {
        first = std::min(first, threads_[first_of(threads)].deadline);
    }
    return first;
}

void machine::set_clock(nanoseconds to)
{
    clock_ = std::max(clock_, to);
    trace_.line(0, "time passes", nullptr, "->", {}, static_cast<std::uint64_t>(clock_));
    for (thread_set threads = timed_; threads != 0; threads &= threads - 1) {
        const unsigned thread = first_of(threads);
        if (threads_[thread].deadline <= clock_) {
            trace_.line(thread, "times out", threads_[thread].sleeps_on, "", {});
            end_sleep(thread, wake_reason::timed_out);
        }
    }
}

namespace {

nanoseconds to_nanoseconds(std::chrono::steady_clock::time_point when) noexcept
{
    return std::chrono::nanoseconds{when.time_since_epoch()}.count();
}

/// Nobody else runs while a scenario is set up or checked: only time can end such a wait.
bool wait_outside_threads(machine& m, bool sleeps, nanoseconds deadline, site at)
{
    if (sleeps && m.is_executing()) {
        if (deadline == no_deadline) {
            m.end_as_failure(failure_kind::deadlock,
                             "setting up or checking sleeps for ever at " + where(at));
        }
        m.set_clock(deadline);
    }
    return !sleeps;
}

/// Returns false if the deadline has passed.
bool wait_for_change(const platform::atomic<std::uint32_t>& word, std::uint32_t expected,
                     nanoseconds deadline, site at)
{
    machine& m = machine::instance();
    if (!m.is_exploring()) {
        return wait_outside_threads(m, read_bytes(&word, sizeof word) == expected, deadline, at);
    }
    m.announce("wait", &word, at);
    location& place = m.touch(&word, sizeof word);
    store_record& newest = place.last();
    newest.seen.at[m.running()] = std::min(newest.seen.at[m.running()], m.now_of_running());
    m.absorb(0, newest.version);
    if (newest.value != expected || deadline <= m.clock()) {
        m.tracer().line(m.running(), "wait", &word, "returns at once, value", at, newest.value);
        const auto learnt = static_cast<std::uint64_t>(newest.value == expected) + 2;
        m.absorb(learnt, learnt);
        return newest.value != expected;
    }
    m.tracer().line(m.running(), "wait", &word, "sleeps, value", at, newest.value);
    return m.sleep(&word, deadline) != wake_reason::timed_out;
}

void wake_sleepers(const platform::atomic<std::uint32_t>& word, bool all, site at)
{
    machine& m = machine::instance();
    if (m.is_exploring()) {
        m.announce(all ? "wake_all" : "wake_one", &word, at);
        m.tracer().line(m.running(), all ? "wake_all" : "wake_one", &word, "", at);
        m.wake(&word, all);
    }
}

}  // namespace
}  // namespace signalbox::simulated

namespace signalbox::platform {

using simulated::machine;

void wait(const atomic<std::uint32_t>& word, std::uint32_t expected, const char* file, int line) noexcept
{
    static_cast<void>(simulated::wait_for_change(word, expected, simulated::no_deadline, {file, line}));
}

bool wait_until(const atomic<std::uint32_t>& word, std::uint32_t expected,
                std::chrono::steady_clock::time_point deadline, const char* file, int line) noexcept
{
    return simulated::wait_for_change(word, expected, simulated::to_nanoseconds(deadline), {file, line});
}

void wake_one(const atomic<std::uint32_t>& word, const char* file, int line) noexcept
{
    simulated::wake_sleepers(word, false, {file, line});
}

void wake_all(const atomic<std::uint32_t>& word, const char* file, int line) noexcept
{
    simulated::wake_sleepers(word, true, {file, line});
}

std::chrono::steady_clock::time_point now(const char* file, int line) noexcept
{
    machine& m = machine::instance();
    if (m.is_exploring()) {
        m.count_step();
        if (m.left().time_jumps != 0 && m.choose(2) == 1) {
            --m.left().time_jumps;
            m.set_clock(m.clock() + m.how().time_jump.count());
            m.release_pausing();
        }
        const auto clock = static_cast<std::uint64_t>(m.clock());
        m.absorb(clock, clock);
        m.tracer().line(m.running(), "now", nullptr, "->", {file, line}, clock);
    }
    return std::chrono::steady_clock::time_point{std::chrono::nanoseconds{m.clock()}};
}

void spin_pause(const char* file, int line) noexcept
{
    machine& m = machine::instance();
    if (m.is_exploring()) {
        m.pause({file, line});
    } else if (m.is_executing()) {
        m.end_as_failure(simulated::failure_kind::livelock,
                         "setting up or checking waits for another thread");
    }
}

unsigned cpu_count() noexcept
{
    return machine::instance().is_executing() ? machine::instance().how().cpus : 1;
}

unsigned current_cpu() noexcept
{
    return machine::instance().running() % cpu_count();
}

}  // namespace signalbox::platform
