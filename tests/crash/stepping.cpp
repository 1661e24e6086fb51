// Single steps by ptrace(2). begin() and end() are stops that the child asks for: a SIGTRAP of its own.
#include "stepping.hpp"

#include <cerrno>
#include <csignal>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace signalbox::crash {
namespace {

constexpr std::size_t steps_most = 2'000'000;

// Waits until the child stops; false if it is dead.
bool wait_for_stop(pid_t child, int& status)
{
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSTOPPED(status);
}

void put_to_death(pid_t child)
{
    ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) >= 0 && !WIFEXITED(status) && !WIFSIGNALED(status)) {
    }
}

bool is_asked_for(int status)
{
    return WSTOPSIG(status) == SIGUSR1 || WSTOPSIG(status) == SIGUSR2;
}

}  // namespace

void begin()
{
    ::raise(SIGUSR1);
}

void end()
{
    ::raise(SIGUSR2);
}

steps kill_at(std::size_t at, const std::function<void()>& operation)
{
    steps result;
    const pid_t child = ::fork();
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        operation();
        ::_exit(0);
    }
    int status = 0;
    bool is_alive = wait_for_stop(child, status);
    while (is_alive && WSTOPSIG(status) != SIGUSR1) {  // a signal of its own
        ::ptrace(PTRACE_CONT, child, nullptr, WSTOPSIG(status));
        is_alive = wait_for_stop(child, status);
    }
    while (is_alive && result.taken < at) {
        ::ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr);
        is_alive = wait_for_stop(child, status);
        result.has_ended = is_alive && is_asked_for(status) && WSTOPSIG(status) == SIGUSR2;
        if (result.has_ended) {
            break;
        }
        ++result.taken;
        if (result.taken >= steps_most) {
            result.is_stuck = true;
            break;
        }
    }
    if (is_alive) {
        put_to_death(child);
    }
    return result;
}

}  // namespace signalbox::crash
