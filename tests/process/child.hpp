// Child processes of a test: they do something, say so, and are killed, stopped or awaited.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include "../contract/harness.hpp"

namespace signalbox::contract {

/// A forked process that runs a function, and ends with 0 if that returned true. The end of the scope kills
/// it.
class child {
public:
    template <class Function>
    explicit child(Function function) : pid_{::fork()}
    {
        if (pid_ == 0) {
            ::alarm(120);
            bool is_good = false;
            try {
                is_good = function();
            } catch (const std::exception& error) {
                std::fprintf(stderr, "a child process: %s\n", error.what());
            }
            ::_exit(is_good ? 0 : 1);
        }
    }

    child(const child&) = delete;
    child& operator=(const child&) = delete;

    ~child()
    {
        if (pid_ > 0) {
            ends_by(SIGKILL);
        }
    }

    void gets(int signal) const { ::kill(pid_, signal); }

    /// Sends a signal and waits until the process is gone.
    void ends_by(int signal)
    {
        gets(signal);
        reap();
    }

    /// Waits for its end; whether its function returned true.
    [[nodiscard]] bool succeeds()
    {
        const int status = reap();
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    int reap()
    {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return status;
    }

    pid_t pid_;
};

/// For a child that shall be killed.
inline bool sleeps_for_ever()
{
    for (;;) {
        ::pause();
    }
}

}  // namespace signalbox::contract
