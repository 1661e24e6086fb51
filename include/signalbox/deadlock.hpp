// Deadlocks that report themselves: a thread that waits long for a mutex finds out whether it waits, through
// other mutexes and those who hold them, for itself.
//
//   thread 1 waits for A, which thread 2 owns; thread 2 waits for B, which thread 1 owns.
//
//   holds                              is seen
//   a mutex, recursive_mutex           always, also by a thread that was notified and waits to own it again
//   a shared_mutex, to write or for    always; also who waits to write, by a reader that stands behind it
//   upgrade
//   a shared_mutex, to read            if code with SIGNALBOX_SITES=1 locked it (signalbox/inspect.hpp)
//   a permit of a semaphore            the same; what is found through it is only suspected
//
// Invariant 1  No false alarm: a reported cycle exists at that moment and can't end by itself. All its waits
//              are without a limit; one with a deadline or a stop token ends its own way, and no cycle
//              through it is reported. (Readers: all code that unlocks has the switch, if what locks has.)
//              Only suspected is a thread that waits for permits when too few are left, since all others are
//              held by threads that wait for it in turn: anybody may release one.
// Invariant 2  One thread reports a cycle, and only one: the last of them whose wait has lasted 50 ms.
// Because      An uncontended lock() and a wait of less than 50 ms cost nothing for this: the word of a mutex
//              says who owns it, and a wait says what it waits for.
// Checked by   tests/thread/deadlock_test.cpp, tests/thread/deadlock_readers_test.cpp,
//              tests/thread/deadlock_permits_test.cpp, tests/simulated/deadlock_test.cpp
// Source       The argument: src/core/wait_graph.hpp
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <signalbox/config.hpp>
#include <signalbox/thread_id.hpp>

namespace signalbox {

inline namespace thread {

/// A thread of the cycle that keeps what another one waits for.
struct deadlock_keeper {
    thread_id id;
    std::string name;
    const char* how = "";     // "owns", "reads", "has permits", or "waits to write": and comes first
    std::int64_t count = 1;   // of permits
    std::string acquired_at;  // where, as "file:line"; "" without call sites
};

/// One thread of a cycle: what it waits for is kept by the next one, and by the first if it is the last. If
/// permits are held by several, those that this ring leaves out follow it.
struct deadlocked_thread {
    thread_id id;
    std::string name;                 // what it is called (signalbox/name.hpp); "" if it has no name
    const void* waits_for = nullptr;  // the address of the object
    const char* kind = "";            // "mutex"
    std::string object_name;          // what set_name() called the object; "" if it has no name
    std::string acquired_at;          // where its keeper locked it, as "file:line"; "" without call sites
    std::chrono::nanoseconds waited{};
    std::vector<deadlock_keeper> kept_by;  // one; of permits, each that has some
};

/// What lock() throws in one thread of a cycle: system_error with resource_deadlock_would_occur, whose what()
/// tells the whole cycle. The thread has left the queue and holds what it held before: as it unlocks that,
/// the others go on.
class SIGNALBOX_API deadlock_error : public std::system_error {
public:
    /// A report of `cycle`; the library makes them, and tests of handlers may. Precondition: not empty.
    explicit deadlock_error(std::vector<deadlocked_thread> cycle, bool is_suspected = false);
    deadlock_error(const deadlock_error&) noexcept;
    deadlock_error& operator=(const deadlock_error&) noexcept;
    ~deadlock_error() override;

    /// The whole report, a line for each thread.
    [[nodiscard]] const char* what() const noexcept override { return text_->c_str(); }

    /// The threads of the cycle, beginning with the one that found it.
    [[nodiscard]] const std::vector<deadlocked_thread>& cycle() const noexcept { return *cycle_; }

    /// Whether it goes through a semaphore, so that a release by anybody would end it.
    [[nodiscard]] bool is_suspected() const noexcept { return is_suspected_; }

private:
    bool is_suspected_ = false;
    std::shared_ptr<const std::vector<deadlocked_thread>> cycle_;  // shared: copying an exception can't fail
    std::shared_ptr<const std::string> text_;
};

/// What happens when a deadlock is found. It runs on the thread that found it, inside lock(), without any
/// internal lock. What it throws leaves that lock(); when it returns, the thread waits on, and this cycle is
/// not reported again.
using deadlock_handler = void (*)(const deadlock_error& found);

/// The handlers that the library offers: throw what was found (in force unless another is set); write it to
/// stderr and wait on; write it and abort(). What is only suspected each of them writes, and returns.
SIGNALBOX_API void throw_deadlock(const deadlock_error& found);
SIGNALBOX_API void log_deadlock(const deadlock_error& found);
SIGNALBOX_API void abort_on_deadlock(const deadlock_error& found);

/// Sets what happens when a deadlock is found, in the whole process; null: throw_deadlock. Any thread, at any
/// time.
/// Returns     The handler that was in force.
/// Complexity  One atomic exchange.
SIGNALBOX_API deadlock_handler set_deadlock_handler(deadlock_handler next) noexcept;

/// The handler in force.
[[nodiscard]] SIGNALBOX_API deadlock_handler get_deadlock_handler() noexcept;

}  // namespace thread

}  // namespace signalbox
