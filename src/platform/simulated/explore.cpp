// The outer loop: one execution after the other, until all are done or one fails.
#include <signalbox/simulated/explore.hpp>

#include <array>

#include <signalbox/platform/cpu.hpp>
#include <signalbox/simulated/shared_data.hpp>

#include "arena.hpp"
#include "machine.hpp"
#include "plain_memory.hpp"

namespace signalbox::simulated {
namespace {

using wall_clock = std::chrono::steady_clock;

const char* name_of(failure_kind kind) noexcept
{
    constexpr std::array<const char*, 8> names{"requirement", "exception",   "deadlock",  "lost wake-up",
                                               "livelock",    "dead object", "data race", "nondeterminism"};
    return names[static_cast<unsigned>(kind)];
}

/// Runs the failing execution once more, for its trace.
failure traced(const options& how, const failure& seen, const body& of)
{
    machine& m = machine::instance();
    search_tree repeated{how, seen.schedule};
    failure found = seen;
    if (m.execute(repeated, how, of, true) != machine::ending::failed || m.why().kind != seen.kind) {
        found.message +=
            " (and does not happen again under the same schedule: the scenario is not deterministic)";
    } else {
        found.message = m.why().message;  // now with the names of threads and objects
    }
    found.trace = m.take_trace();
    return found;
}

}  // namespace

result explore(const options& how, const body& of)
{
    machine& m = machine::instance();
    const auto begun = wall_clock::now();
    search_tree tree{how};
    result so_far;
    bool more = true;
    while (more) {
        const machine::ending ending = m.execute(tree, how, of, false);
        ++so_far.executions;
        so_far.steps += m.steps();
        so_far.longest = std::max(so_far.longest, m.steps());
        so_far.complete += static_cast<std::uint64_t>(ending == machine::ending::complete);
        if (ending == machine::ending::failed) {
            so_far.failed = traced(how, m.why(), of);
            break;
        }
        more = tree.advance();
        constexpr std::uint64_t look_at_clock_every = 256;
        if (so_far.executions == how.max_executions ||
            (so_far.executions % look_at_clock_every == 0 && wall_clock::now() - begun > how.max_duration)) {
            break;
        }
    }
    so_far.exhausted = !more;
    so_far.choices = tree.choices();
    so_far.states = tree.states();
    so_far.seconds = std::chrono::duration<double>(wall_clock::now() - begun).count();
    return so_far;
}

result replay(const options& how, std::string_view schedule, const body& of)
{
    machine& m = machine::instance();
    search_tree tree{how, schedule};
    result once;
    const machine::ending ending = m.execute(tree, how, of, true);
    once.executions = 1;
    once.complete = static_cast<std::uint64_t>(ending == machine::ending::complete);
    once.steps = once.longest = m.steps();
    once.choices = tree.choices();
    if (ending == machine::ending::failed) {
        once.failed = m.why();
        once.failed->trace = m.take_trace();
    }
    return once;
}

std::string result::summary() const
{
    const double speed = seconds > 0 ? static_cast<double>(executions) / seconds : 0;
    std::string text = std::to_string(executions) + " executions (" + std::to_string(complete) +
                       " complete), " + std::to_string(states) + " states, " + std::to_string(choices) +
                       " choices, " + std::to_string(steps) + " steps, longest " + std::to_string(longest) +
                       ", " + std::to_string(static_cast<std::uint64_t>(speed)) + " executions/s, " +
                       (exhausted ? "exhausted" : "not exhausted");
    if (failed) {
        text += std::string{"\n"} + name_of(failed->kind) + ": " + failed->message + "\nschedule \"" +
                failed->schedule + "\", seed " + std::to_string(failed->seed) + "\n" + failed->trace;
    }
    return text;
}

void require(bool holds, std::string_view claim)
{
    if (!holds) {
        fail(claim);
    }
}

void fail(std::string_view why)
{
    machine& m = machine::instance();
    m.end_as_failure(failure_kind::requirement,
                     (m.running() == 0 ? "check" : m.tracer().name_of_thread(m.running())) + ": " +
                         std::string{why});
}

void step(const char* file, int line)
{
    if (machine& m = machine::instance(); m.is_exploring()) {
        m.announce("step", nullptr, {file, line});
        m.tracer().line(m.running(), "step", nullptr, "", {file, line});
    }
}

void pause_until(const std::function<bool()>& holds, const char* file, int line)
{
    while (!holds()) {
        platform::spin_pause(file, line);
    }
}

unsigned idle_jumps()
{
    return machine::instance().idle_jumps();
}

void plain_access(const void* address, std::size_t size, bool is_write, site at) noexcept
{
    plain_memory::access(address, size, is_write, at);
}

void tally::add(int change) noexcept
{
    value_ += change;
}

int tally::value() const noexcept
{
    return value_;
}

ghost_access::ghost_access(std::uint64_t& version) noexcept
{
    machine& m = machine::instance();
    m.pause_plain_checks(true);
    if (m.is_exploring()) {
        m.absorb(version, version);
        version = m.past_of_running().values;
    }
}

ghost_access::~ghost_access()
{
    machine::instance().pause_plain_checks(false);
}

}  // namespace signalbox::simulated
