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

}  // namespace signalbox::crash
