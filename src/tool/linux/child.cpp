// Executing a command as if there were nobody between it and the terminal.
//
// Invariant 1  What the child gets is what it would have got without us: the terminal reaches it by itself,
//              since both are in one process group; what somebody sends to us alone is passed on.
// Because      The kernel marks the signals of the terminal (SI_KERNEL), so nothing has to be guessed.
// Crash        The child inherits a descriptor of the object: killed, we leave the permit to it.
// Source       signal(7), posix_spawn(3), waitpid(2), setpgid(2); docs/command.md
#include "linux/child.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

#include "failure.hpp"

namespace signalbox::tool {
namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::seconds grace{5};  // between TERM and KILL
constexpr int life_least = 200;           // a number that scripts don't use for their own files

nanoseconds now() noexcept
{
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds{time.tv_sec} + nanoseconds{time.tv_nsec};
}

// All that can be passed on: not those that speak of a fault of our own.
sigset_t awaited() noexcept
{
    sigset_t all;
    ::sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
        ::sigdelset(&all, fault);
    }
    return all;
}

int inheritable(int file) noexcept
{
    const int high = ::fcntl(file, F_DUPFD, life_least);
    return high >= 0 ? high : ::fcntl(file, F_DUPFD, 10);
}

class child {
public:
    explicit child(const child_plan& plan) : plan_{plan}, signals_{awaited()}
    {
        ::sigset_t before;
        ::sigprocmask(SIG_SETMASK, &signals_, &before);
        std::signal(SIGCHLD, SIG_DFL);  // ignored, it would reap the child behind our back
        const int life = inheritable(plan.life);
        const int error = start(before);
        ::close(life);
        if (error != 0) {
            throw failure{
                error == ENOENT ? not_found : cannot_execute,
                fmt::format("'{}' can't be executed: {}", plan.words.front(), std::strerror(error))};
        }
        if (plan.hold_limit) {
            end_ = now() + *plan.hold_limit;
        }
    }

    child_ending accompany()
    {
        while (!has_ended_) {
            siginfo_t about{};
            const int signal = next_signal(about);
            if (signal == SIGCHLD) {
                look();
            } else if (signal > 0 && about.si_code <= 0) {  // sent by a process, and not by the terminal
                ::kill(pid_, signal);
            } else if (signal < 0 && errno == EAGAIN) {
                hurry();
            }
        }
        return ending_;
    }

private:
    int start(const sigset_t& mask)
    {
        std::vector<char*> words;
        std::string line;
        std::string shell[] = {"/bin/sh", "-c"};
        if (plan_.is_shell) {
            for (const std::string& each : plan_.words) {
                line += line.empty() ? each : " " + each;
            }
            words = {shell[0].data(), shell[1].data(), line.data()};
        } else {
            for (const std::string& each : plan_.words) {
                words.push_back(const_cast<char*>(each.c_str()));
            }
        }
        words.push_back(nullptr);
        posix_spawnattr_t attributes;
        ::posix_spawnattr_init(&attributes);
        ::posix_spawnattr_setsigmask(&attributes, &mask);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        const int error = ::posix_spawnp(&pid_, words.front(), nullptr, &attributes, words.data(), environ);
        ::posix_spawnattr_destroy(&attributes);
        return error;
    }

    // The next signal; -1 with EAGAIN when the time is up.
    int next_signal(siginfo_t& about) const noexcept
    {
        if (!end_) {
            return ::sigwaitinfo(&signals_, &about);
        }
        const nanoseconds left = std::max(*end_ - now(), nanoseconds{0});
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec span{seconds.count(), (left - seconds).count()};
        return ::sigtimedwait(&signals_, &about, &span);
    }

    // The child has ended or stopped.
    void look()
    {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG | WUNTRACED) != pid_) {
            return;
        }
        if (WIFSTOPPED(status)) {
            const int signal = WSTOPSIG(status);
            if (signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
                stop_too(signal);
            }
            return;
        }
        has_ended_ = true;
        const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        ending_.code = signal != 0 ? 128 + signal : WEXITSTATUS(status);
        ending_.was_interrupted = signal == SIGINT;
    }

    // The shell waits for us to stop. Who continues us alone, and not our group, is passed on.
    void stop_too(int signal) const noexcept
    {
        sigset_t pending;
        ::sigpending(&pending);
        if (::sigismember(&pending, SIGCONT) == 1) {
            return;  // continued meanwhile: a stop now would be for ever
        }
        sigset_t one;
        ::sigemptyset(&one);
        ::sigaddset(&one, signal);
        const timespec none{};
        ::sigtimedwait(&one, nullptr, &none);  // the terminal's, which came to us as well
        std::signal(signal, SIG_DFL);
        ::raise(signal);
        ::sigprocmask(SIG_UNBLOCK, &one, nullptr);  // here we stop
        ::sigprocmask(SIG_BLOCK, &one, nullptr);
    }

    // The child has held for too long.
    void hurry()
    {
        const bool is_first = !ending_.was_too_long;
        ending_.was_too_long = true;
        ::kill(pid_, is_first ? SIGTERM : SIGKILL);
        ::kill(pid_, SIGCONT);
        end_ = is_first ? std::optional{now() + grace} : std::nullopt;
    }

    const child_plan& plan_;
    sigset_t signals_;
    pid_t pid_ = 0;
    std::optional<nanoseconds> end_{};
    bool has_ended_ = false;
    child_ending ending_{};
};

}  // namespace

child_ending execute(const child_plan& plan)
{
    return child{plan}.accompany();
}

int leave_as(const child_ending& ending)
{
    if (ending.was_interrupted) {
        sigset_t one;
        ::sigemptyset(&one);
        ::sigaddset(&one, SIGINT);
        std::signal(SIGINT, SIG_DFL);
        ::raise(SIGINT);
        ::sigprocmask(SIG_UNBLOCK, &one, nullptr);
    }
    return ending.code;
}

void set_variable(const char* name, const std::string& value)
{
    ::setenv(name, value.c_str(), 1);
}

std::size_t processor_count()
{
    cpu_set_t set;
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<std::size_t>(CPU_COUNT(&set)) : 1;
}

}  // namespace signalbox::tool
