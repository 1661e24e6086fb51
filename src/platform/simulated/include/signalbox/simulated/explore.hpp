// Runs a scenario of two to seven simulated threads under every schedule, or under many, and reports what
// fails.
//
// Because      A scenario is a function: it is called anew for each execution, makes its objects, names its
//              threads and states what must hold. It must depend on nothing that an earlier execution left
//              behind.
//
//   const result r = explore(options{}, [](scenario& s) {
//       auto& word = s.make<platform::atomic<int>>(0);
//       s.thread("writer", [&] { word.store(1, std::memory_order::release); });
//       s.thread("reader", [&] { require(word.load(std::memory_order::acquire) <= 1, "0 or 1"); });
//       s.finally([&] { require(word.load(std::memory_order::relaxed) == 1, "the store is there"); });
//   });
//
// Edges        Threads tell each other things by platform::atomic, shared_data and journal (shared_data.hpp)
//              alone. A plain variable may count what each thread does (inside += 1), but a thread must not
//              choose by it. No gtest macros inside: require() is the assertion here.
// Checked by   tests/simulated/explore_test.cpp
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::simulated {

inline constexpr std::uint8_t without_bound = 127;

enum class search : std::uint8_t {
    exhaustive,  // depth first, every choice within the budgets
    random,      // uniform choices, with a probability of switching threads that is drawn for each execution
    priorities   // PCT: random priorities, lowered at `change_points` random steps
};

struct options {
    search how = search::exhaustive;
    // Budgets of one execution, each <= 126, or without_bound.
    std::uint8_t preemptions = without_bound;  // switches away from a thread that could have gone on
    std::uint8_t stale_reads = 2;              // loads that do not read the newest store
    std::uint8_t spurious_wakes = 1;           // sleepers that return without being woken
    std::uint8_t weak_failures = 1;            // compare_exchange_weak that fails although it need not
    std::uint8_t time_jumps = 1;               // the clock jumps although threads could run
    std::uint8_t rushed_pauses = 1;            // spin_pause that returns although nobody else had a step
    // Limits of the whole search.
    std::uint64_t max_executions = 20'000'000;
    std::uint32_t max_steps = 5'000;  // of one execution: more is reported as a livelock
    std::chrono::milliseconds max_duration{std::chrono::hours{24}};
    // For random and priorities.
    std::uint64_t seed = 1;
    unsigned change_points = 3;
    // The machine.
    unsigned cpus = 2;
    std::chrono::nanoseconds time_jump{std::chrono::milliseconds{2}};       // how far now() may jump
    std::chrono::nanoseconds pause_quantum{std::chrono::microseconds{10}};  // when all threads only pause
    bool check_plain_data = true;  // report races on plain memory of instrumented sources (plain_memory.hpp)
    bool merge_states = true;      // do not explore a state twice (states.hpp)
    bool threads_are_known = false;  // threads of the library have their identity before they begin
    void (*reset)() = nullptr;       // called first in each execution, to put statics back
};

enum class failure_kind : std::uint8_t {
    requirement,    // require() or fail()
    exception,      // one left a thread
    deadlock,       // nobody can run any more, and several sleep
    lost_wakeup,    // one thread is left asleep when all others have ended
    livelock,       // max_steps
    dead_object,    // an atomic object was used after its destruction, or destroyed while in use
    data_race,      // unordered accesses to plain data
    nondeterminism  // the scenario behaved differently under the same choices
};

struct failure {
    failure_kind kind{};
    std::string message;
    std::string schedule;    // for replay()
    std::uint64_t seed = 0;  // of the execution, for random searches
    std::string trace;       // one line a step
};

struct result {
    std::uint64_t executions = 0;  // all of them, also those that ended in a state already known
    std::uint64_t complete = 0;    // those that ran to their end
    std::uint64_t states = 0;      // different ones, at points where there was a choice
    std::uint64_t choices = 0;
    std::uint64_t steps = 0;
    std::uint32_t longest = 0;  // steps of the longest execution
    bool exhausted = false;     // every schedule within the budgets was explored
    double seconds = 0;
    std::optional<failure> failed;

    /// One line for people; with the failure, its trace and how to replay it, if there is one.
    [[nodiscard]] std::string summary() const;
};

/// What one execution consists of.
class scenario {
public:
    /// Makes an object that lives until the execution ends.
    template <class T, class... Arguments>
    T& make(Arguments&&... arguments)
    {
        auto owned = std::make_shared<T>(std::forward<Arguments>(arguments)...);
        T& object = *owned;
        objects_.push_back(std::move(owned));
        return object;
    }

    /// `run` runs as a thread of its own.
    void thread(std::string_view name, std::function<void()> run);
    /// `check` runs after every step of any thread; its loads read the newest values and are no steps.
    void invariant(std::function<void()> check);
    /// `check` runs when all threads have ended, and has seen all that they did.
    void finally(std::function<void()> check);
    /// Traces call the atomic object at this address `name`.
    void name(const void* object, std::string_view name);

private:
    friend class machine;
    std::vector<std::shared_ptr<void>> objects_;
    std::vector<std::pair<std::string_view, std::function<void()>>> threads_;
    std::vector<std::function<void()>> invariants_;
    std::vector<std::function<void()>> final_checks_;
};

using body = std::function<void(scenario&)>;

[[nodiscard]] result explore(const options& how, const body& of);

/// Runs the one execution that `schedule` describes, with the same options, and traces it whether it fails or
/// not.
[[nodiscard]] result replay(const options& how, std::string_view schedule, const body& of);

/// Within an execution: ends it as a failure unless `holds`.
void require(bool holds, std::string_view claim);
[[noreturn]] void fail(std::string_view why);

/// Within a thread: a step that does nothing, where others may go on.
void step(const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// Within a thread: goes on when `holds()`, which reads platform::atomic objects; waits politely until then.
void pause_until(const std::function<bool()>& holds, const char* file = __builtin_FILE(),
                 int line = __builtin_LINE());

/// How often the clock had to move because nobody could run: 0 if no time-out was needed for anybody to go
/// on.
[[nodiscard]] unsigned idle_jumps();

}  // namespace signalbox::simulated
