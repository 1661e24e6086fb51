// Single steps by ptrace(2). begin() and end() are stops that the child asks for: a SIGTRAP of its own.
#include "stepping.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace signalbox::crash {
namespace {

constexpr std::size_t steps_most = 2'000'000;
constexpr unsigned patience_seconds = 60;

// Waits until the child stops; false if it is dead.
bool wait_for_stop(pid_t child, int& status)
{
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSTOPPED(status);
}

bool is_sleeping(pid_t child)
{
    std::ifstream file{"/proc/" + std::to_string(child) + "/stat"};
    std::string line;
    std::getline(file, line);
    const auto after_name = line.rfind(") ");
    return after_name != std::string::npos && line[after_name + 2] == 'S';
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

stepped_process::stepped_process(const std::function<void()>& operation) : child_{::fork()}
{
    if (child_ == 0) {
        ::alarm(patience_seconds);
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        operation();
        ::_exit(0);
    }
    bool is_alive = wait_for_stop(child_, status_);
    while (is_alive && WSTOPSIG(status_) != SIGUSR1) {
        ::ptrace(PTRACE_CONT, child_, nullptr, WSTOPSIG(status_));
        is_alive = wait_for_stop(child_, status_);
    }
}

stepped_process::~stepped_process()
{
    dies();
}

// Waits for the end of a step; false if it sleeps.
bool stepped_process::stops()
{
    for (int looks = 1;; ++looks) {
        if (::waitpid(child_, &status_, WNOHANG) == child_) {
            return true;
        }
        ::sched_yield();
        if (looks % 64 == 0 && is_sleeping(child_)) {
            return ::waitpid(child_, &status_, WNOHANG) == child_;
        }
    }
}

void stepped_process::steps_to(std::size_t at)
{
    while (!has_ended_ && !is_asleep_ && taken_ < at) {
        ::ptrace(PTRACE_SINGLESTEP, child_, nullptr, nullptr);
        is_asleep_ = !stops();
        if (!is_asleep_) {
            has_ended_ = !WIFSTOPPED(status_) || WSTOPSIG(status_) == SIGUSR2;
            taken_ += has_ended_ ? 0 : 1;
        }
    }
}

void stepped_process::dies()
{
    if (child_ > 0) {
        put_to_death(child_);
        child_ = 0;
    }
}

bool stepped_process::goes_on()
{
    bool is_alive = is_asleep_ ? wait_for_stop(child_, status_) : WIFSTOPPED(status_);
    while (is_alive) {
        const int signal = WSTOPSIG(status_);
        const bool is_ours = signal == SIGTRAP || is_asked_for(status_);
        ::ptrace(PTRACE_CONT, child_, nullptr, is_ours ? 0 : signal);
        is_alive = wait_for_stop(child_, status_);
    }
    child_ = 0;
    return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
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
