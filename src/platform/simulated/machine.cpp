// One execution from its set-up to its end.
#include "machine.hpp"

#include <exception>

#include "arena.hpp"
#include "plain_memory.hpp"

namespace signalbox::simulated {
namespace {

constexpr nanoseconds start_of_time = 3'600'000'000'000;  // an hour, so that a moment ago is no negative time

}  // namespace

// Made at the first use, which may be the construction of a static object; never destroyed, since static
// objects tell it when they are.
constinit machine* machine::the_machine = nullptr;

machine& machine::make_machine() noexcept
{
    the_machine = new machine;
    return *the_machine;
}

machine::hooks& machine::thread_hooks() noexcept
{
    static hooks installed;
    return installed;
}

machine::ending machine::execute(search_tree& tree, const options& how, const body& of, bool tracing)
{
    tree_ = &tree;
    options_ = &how;
    body_ = &of;
    trace_.begin(tracing);
    tree.begin_execution();
    arena::reset();
    objects_.restart();
    plain_memory::restart();
    left_ = {how.preemptions,
             how.stale_reads,
             how.spurious_wakes,
             how.weak_failures,
             how.time_jumps,
             how.rushed_pauses,
             0,
             0};
    live_ = ready_ = resuming_ = pausing_ = asleep_ = timed_ = blocked_ = 0;
    pasts_ = {};
    contents_ = 0;
    steps_ = 0;
    clock_ = start_of_time;
    idle_jumps_ = 0;
    running_ = last_ = 0;
    exploring_ = plain_checks_paused_ = false;
    executing_ = true;
    threads_[0].stack.prepare(arena::stack_of(0), &machine::enter_thread_0);
    arena::heap_owner = 0;
    fiber::switch_to(outside_, threads_[0].stack);
    return ending_;
}

void machine::leave(ending how)
{
    ending_ = how;
    exploring_ = false;
    executing_ = false;
    arena::heap_owner = max_threads;
    fiber::switch_to(threads_[running_].stack, outside_);
    __builtin_unreachable();
}

void machine::end_as_failure(failure_kind kind, std::string_view message)
{
    const arena::suspended ordinary_heap;
    failure_.kind = kind;
    failure_.message = message;
    failure_.schedule = tree_->schedule();
    failure_.seed = tree_->seed();
    leave(ending::failed);
}

// -- thread 0: sets up, waits for the others, checks
// ---------------------------------------------------------------

void machine::enter_thread_0()
{
    fiber::arrived();
    instance().run_thread_0();
}

void machine::run_thread_0()
{
    try {
        if (options_->reset != nullptr) {
            options_->reset();
        }
        if (thread_hooks().begin != nullptr) {
            thread_hooks().begin(0);
        }
        scenario of;
        (*body_)(of);
        start_threads(of);
        {
            const arena::suspended what_checks_collect_outlives_the_execution;
            for (const auto& check : of.final_checks_) {
                check();
            }
        }
        while (!of.objects_.empty()) {
            of.objects_.pop_back();
        }
        if (thread_hooks().end != nullptr) {
            thread_hooks().end(0);
        }
    } catch (const std::exception& thrown) {
        end_as_failure(failure_kind::exception, std::string{"setting up or checking threw "} + thrown.what());
    } catch (...) {
        end_as_failure(failure_kind::exception, "setting up or checking threw something");
    }
    leave(ending::complete);
}

void machine::start_threads(const scenario& of)
{
    scenario_ = &of;
    if (of.threads_.size() + 1 > max_threads) {
        end_as_failure(failure_kind::requirement, "a scenario has at most seven threads");
    }
    for (unsigned thread = 1; thread <= of.threads_.size(); ++thread) {
        thread_state& started = threads_[thread];
        started.stack.prepare(arena::stack_of(thread), &machine::enter_thread);
        started.view = {};
        started.view.at[thread] = 1;
        started.before = {mixed(thread), mixed(thread)};
        started.sleeps_on = nullptr;
        pasts_.values += started.before.values;
        pasts_.versions += started.before.versions;
        live_ |= thread_set{1} << thread;
        if (trace_.is_on()) {
            trace_.name_thread(thread, of.threads_[thread - 1].first);
        }
        if (thread_hooks().begin != nullptr) {
            running_ = thread;
            thread_hooks().begin(thread);
        }
    }
    running_ = 0;
    resuming_ = live_;
    if (live_ != 0) {
        exploring_ = true;
        switch_to(pick());
        exploring_ = false;
    }
}

// -- the other threads
// ---------------------------------------------------------------------------------------------

void machine::enter_thread()
{
    fiber::arrived();
    instance().run_thread();
}

void machine::run_thread()
{
    try {
        scenario_->threads_[running_ - 1].second();
        if (thread_hooks().end != nullptr) {
            thread_hooks().end(running_);
        }
    } catch (const std::exception& thrown) {
        end_as_failure(failure_kind::exception,
                       "an exception left " + trace_.name_of_thread(running_) + ": " + thrown.what());
    } catch (...) {
        end_as_failure(failure_kind::exception, "an exception left " + trace_.name_of_thread(running_));
    }
    live_ &= ~(thread_set{1} << running_);
    release_pausing();
    trace_.line(running_, "ends", nullptr, "", {});
    check_invariants();
    switch_to(pick());
}

void machine::check_invariants()
{
    if (scenario_->invariants_.empty()) {
        return;
    }
    const arena::suspended what_checks_collect_outlives_the_execution;
    exploring_ = false;
    for (const auto& check : scenario_->invariants_) {
        check();
    }
    exploring_ = true;
}

// -- what a scenario is made of
// ------------------------------------------------------------------------------------

void scenario::thread(std::string_view name, std::function<void()> run)
{
    threads_.emplace_back(name, std::move(run));
}

void scenario::invariant(std::function<void()> check)
{
    invariants_.push_back(std::move(check));
}

void scenario::finally(std::function<void()> check)
{
    final_checks_.push_back(std::move(check));
}

void scenario::name(const void* object, std::string_view name)
{
    if (trace& tracer = machine::instance().tracer(); tracer.is_on()) {
        tracer.name_object(object, name);
    }
}

}  // namespace signalbox::simulated
