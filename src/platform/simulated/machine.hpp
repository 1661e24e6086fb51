// The simulated machine: its threads, its scheduler, its clock, and the one execution that it runs.
//
// Invariant 1  Before each step a thread announces it (announce) and the scheduler picks whose announced step
//              is done next. Between two of its steps a thread runs alone, so that its own code is no source
//              of choices.
// Invariant 2  A thread that was woken runs at once, up to its next announced step: nobody can see the
//              difference, as nothing that it does on the way is shared (plain data are ordered by atomic
//              objects, or racy).
// Invariant 3  A pausing thread goes on when another has changed something, when it may rush (a budget), or
//              when every thread that could run pauses; then time passes. So spinning neither blocks nor
//              multiplies schedules.
// Because      Setting up, checking and invariants are no part of the search: there (is_exploring() is false)
//              atomic objects are read and written directly.
// Lifetime     An execution that fails or reaches a known state is left in its middle: its stacks are never
//              resumed.
// Checked by   tests/simulated/kernel_test.cpp, tests/simulated/explore_test.cpp
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <signalbox/simulated/access.hpp>
#include <signalbox/simulated/explore.hpp>

#include "fiber.hpp"
#include "memory.hpp"
#include "search.hpp"
#include "states.hpp"
#include "trace.hpp"
#include "vector_clock.hpp"

namespace signalbox::simulated {

using nanoseconds = std::int64_t;
inline constexpr nanoseconds no_deadline = INT64_MAX;

enum class wake_reason : std::uint8_t { woken, spurious, timed_out };

class machine {
public:
    enum class ending : std::uint8_t { complete, known_state, failed };

    [[nodiscard]] static machine& instance() noexcept
    {
        return the_machine != nullptr ? *the_machine : make_machine();
    }

    // -- for explore(): one execution
    // ---------------------------------------------------------------------------
    ending execute(search_tree& tree, const options& how, const body& of, bool tracing);
    [[nodiscard]] const failure& why() const noexcept { return failure_; }
    [[nodiscard]] std::uint32_t steps() const noexcept { return steps_; }
    [[nodiscard]] std::string take_trace() { return trace_.take(); }

    // -- for operations: the running thread
    // ---------------------------------------------------------------------
    /// Says whether steps are taken: threads run, and no check is being made.
    [[nodiscard]] bool is_exploring() const noexcept { return exploring_; }
    [[nodiscard]] bool checks_plain_data() const noexcept
    {
        return exploring_ && options_->check_plain_data && !plain_checks_paused_;
    }
    void pause_plain_checks(bool paused) noexcept { plain_checks_paused_ = paused; }
    [[nodiscard]] bool is_executing() const noexcept { return executing_; }
    [[nodiscard]] unsigned running() const noexcept { return running_; }
    [[nodiscard]] vector_clock& view() noexcept { return threads_[running_].view; }
    [[nodiscard]] tick now_of_running() noexcept { return view().at[running_]; }
    [[nodiscard]] memory& objects() noexcept { return objects_; }
    [[nodiscard]] trace& tracer() noexcept { return trace_; }
    [[nodiscard]] budgets& left() noexcept { return left_; }
    [[nodiscard]] const options& how() const noexcept { return *options_; }

    /// Announces a step of the running thread and returns when it is that step's turn.
    void announce(const char* what, const void* object, site at);
    /// Counts what the running thread does without announcing it; too much of it is a livelock.
    void count_step();
    /// The same as announce() for a step during which others should go on (Invariant 3).
    void pause(site at);
    /// Checks that the object lives and that its construction is visible; remembers the access.
    [[nodiscard]] location& touch(const void* object, unsigned size);
    /// Takes what the running thread learns into its past (states.hpp): a value, and which store it came
    /// from.
    void absorb(std::uint64_t value, std::uint64_t version) noexcept { absorb(running_, {value, version}); }
    [[nodiscard]] const past& past_of_running() const noexcept { return threads_[running_].before; }
    /// The newest store of `place` is now told from others by this number; 0: the object is gone.
    void set_content(location& place, std::uint64_t content) noexcept
    {
        contents_ += content - place.content;
        place.content = content;
    }
    /// One of `count` alternatives of the step at hand.
    [[nodiscard]] unsigned choose(unsigned count);
    /// Something changed: whoever pauses may look again.
    void release_pausing() noexcept;

    // -- the kernel (kernel.cpp)
    // --------------------------------------------------------------------------------
    /// The running thread sleeps at this address until it is woken or the deadline passes.
    [[nodiscard]] wake_reason sleep(const void* address, nanoseconds deadline);
    void wake(const void* address, bool all);
    /// As sleep and wake, but nothing is injected, and the sleeper has seen all that the waker did.
    void block(const void* address);
    void unblock(const void* address);
    [[nodiscard]] nanoseconds clock() const noexcept { return clock_; }
    void set_clock(nanoseconds to);
    [[nodiscard]] unsigned idle_jumps() const noexcept { return idle_jumps_; }

    [[noreturn]] void end_as_failure(failure_kind kind, std::string_view message);

    struct hooks {
        void (*begin)(unsigned thread) = nullptr;  // before all threads run; takes no steps
        void (*end)(unsigned thread) = nullptr;    // the last that the thread does
    };
    static hooks& thread_hooks() noexcept;

private:
    struct thread_state {
        fiber stack;
        vector_clock view;
        past before;
        const void* sleeps_on = nullptr;
        nanoseconds deadline = no_deadline;
        wake_reason woken = wake_reason::woken;
        const char* doing = "";
        const void* object = nullptr;
        site at;
    };
    using thread_set = std::uint32_t;  // bit t: thread t

    static void enter_thread_0();
    static void enter_thread();
    void run_thread_0();
    void run_thread();
    void start_threads(const scenario& of);
    [[noreturn]] void leave(ending how);

    void reschedule();
    void switch_to(unsigned thread);
    [[nodiscard]] unsigned pick();
    [[nodiscard]] unsigned pick_action();
    [[nodiscard]] unsigned collect_actions();
    [[nodiscard]] bool perform(action chosen);
    [[nodiscard]] bool let_time_pass();
    [[noreturn]] void report_deadlock();
    void check_invariants();
    [[nodiscard]] std::uint64_t state_of(std::uint64_t pasts) const noexcept;
    [[nodiscard]] bool is_known_state();
    void absorb(unsigned thread, past learnt) noexcept;
    void end_sleep(unsigned thread, wake_reason reason);
    [[nodiscard]] nanoseconds next_deadline() const noexcept;
    void end_turn_of_running(const char* what, const void* object, site at);

    static machine& make_machine() noexcept;
    static constinit machine* the_machine;

    const options* options_ = nullptr;
    const body* body_ = nullptr;
    search_tree* tree_ = nullptr;
    const scenario* scenario_ = nullptr;
    trace trace_;
    failure failure_;
    memory objects_;

    fiber outside_;
    std::array<thread_state, max_threads> threads_;
    bool executing_ = false;
    bool exploring_ = false;
    bool plain_checks_paused_ = false;
    unsigned running_ = 0;
    unsigned last_ = 0;  // who did the last step: switching away from it may be a preemption
    thread_set live_ = 0;
    thread_set ready_ = 0;     // announced a step
    thread_set resuming_ = 0;  // on the way to announcing one
    thread_set pausing_ = 0;
    thread_set asleep_ = 0;
    thread_set timed_ = 0;    // asleep, with a deadline
    thread_set blocked_ = 0;  // asleep in block()
    budgets left_;
    past pasts_;                  // the sums over all threads (states.hpp)
    std::uint64_t contents_ = 0;  // the sum over all atomic objects
    std::uint32_t steps_ = 0;
    nanoseconds clock_ = 0;
    unsigned idle_jumps_ = 0;
    ending ending_ = ending::complete;
    std::array<action, 3 * max_threads + 1> actions_;
};

}  // namespace signalbox::simulated
