// Runs a child process instruction by instruction, and kills it at a chosen one.
//
// The child calls begin() and end() around what is stepped through; between them it stops after each
// instruction. A kill is a real SIGKILL: the kernel drops its locks and marks its robust lists as for any
// process.
//
// Source       ptrace(2) (PTRACE_SINGLESTEP)
#pragma once

#include <cstddef>
#include <functional>

#include <sys/types.h>

namespace signalbox::crash {

/// In the child: from here on every instruction is a step; until here nothing is.
void begin();
void end();

struct steps {
    std::size_t taken = 0;   // instructions between begin() and the kill, or end()
    bool has_ended = false;  // it reached end() alive
    bool is_stuck = false;   // it slept, or went on for ever
};

/// Forks a child that runs `operation`, and kills it before instruction `at` (counted from begin()); a child
/// that reaches end() before is killed there. Returns when the child is dead and reaped.
steps kill_at(std::size_t at, const std::function<void()>& operation);

/// A process that is run step by step beside others. The end of the scope kills it.
class stepped_process {
public:
    /// Runs `operation` up to its begin().
    explicit stepped_process(const std::function<void()>& operation);
    ~stepped_process();

    stepped_process(const stepped_process&) = delete;
    stepped_process& operator=(const stepped_process&) = delete;

    /// Takes steps until there were `at` of them, it has reached end(), or it sleeps in the kernel.
    void steps_to(std::size_t at);
    [[nodiscard]] bool has_ended() const { return has_ended_; }
    [[nodiscard]] std::size_t taken() const { return taken_; }

    void dies();
    /// Lets it go on freely; whether its operation returned.
    [[nodiscard]] bool goes_on();

private:
    [[nodiscard]] bool stops();

    pid_t child_;
    int status_ = 0;
    std::size_t taken_ = 0;
    bool has_ended_ = false;
    bool is_asleep_ = false;
};

}  // namespace signalbox::crash
