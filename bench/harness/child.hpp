// Runs a program as a child with a deadline and returns what it printed.
//
// Because      A peer may sleep for ever or crash; the benchmark must go on and say so.
// Crash        A child that outlives its deadline is killed; one that dies otherwise is reported with its
//              signal.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdlib>
#include <string>
#include <vector>

#include "cell.hpp"

namespace bench {

struct child_output {
    std::string status;  // status_ok, status_hung, "signal 11", "exit 3"
    std::string text;
};

// Path of a program that lies beside this one.
inline std::string beside_this_program(const std::string& name)
{
    char path[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    std::string self(path, length > 0 ? static_cast<std::size_t>(length) : 0);
    return self.substr(0, self.rfind('/') + 1) + name;
}

inline std::string name_of_this_program()
{
    char path[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    const std::string self(path, length > 0 ? static_cast<std::size_t>(length) : 0);
    return self.substr(self.rfind('/') + 1);
}

// The child's side of the fork: the program's output goes to `output`.
[[noreturn]] inline void become(const std::vector<std::string>& arguments, int output, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no orphan goes on burning a core when the benchmark is interrupted
    if (::getppid() != parent)
        ::_exit(126);
    ::dup2(output, STDOUT_FILENO);
    std::vector<char*> words;
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    ::execv(words[0], words.data());
    ::_exit(127);
}

// False at the deadline.
inline bool read_until_end(int input, std::string& text, std::chrono::steady_clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd watched{input, POLLIN, 0};
        if (left.count() <= 0)
            return false;
        if (::poll(&watched, 1, static_cast<int>(left.count())) <= 0)
            continue;
        char buffer[4096];
        const ssize_t got = ::read(input, buffer, sizeof buffer);
        if (got <= 0)
            return true;
        text.append(buffer, static_cast<std::size_t>(got));
    }
}

inline child_output run_child(const std::vector<std::string>& arguments, std::chrono::milliseconds limit)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return {"no pipe", ""};
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0)
        become(arguments, ends[1], parent);
    ::close(ends[1]);
    child_output output;
    const bool ended =
        child > 0 && read_until_end(ends[0], output.text, std::chrono::steady_clock::now() + limit);
    ::close(ends[0]);
    if (child < 0)
        return {"no process", ""};
    if (!ended)
        ::kill(child, SIGKILL);
    int state = 0;
    while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    if (!ended) {
        output.status = status_hung;
    } else if (WIFSIGNALED(state)) {
        output.status = "signal " + std::to_string(WTERMSIG(state));
    } else if (WEXITSTATUS(state) != 0) {
        output.status = "exit " + std::to_string(WEXITSTATUS(state));
    } else {
        output.status = status_ok;
    }
    return output;
}

}  // namespace bench
