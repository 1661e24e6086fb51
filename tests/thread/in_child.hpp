// Claims about the child of a fork.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace signalbox::contract {

/// Runs `claims` in a forked child; it returns what is not as claimed, or nothing. So does this.
template <class Claims>
std::string in_child(Claims claims)
{
    std::array<int, 2> pipe_ends{};
    if (::pipe(pipe_ends.data()) != 0) {
        return "no pipe";
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(3 * patience()).count()));
        const std::string complaint = claims();
        const auto written = ::write(pipe_ends[1], complaint.data(), complaint.size());
        ::_exit(written == static_cast<ssize_t>(complaint.size()) ? 0 : 1);
    }
    ::close(pipe_ends[1]);
    std::string complaint;
    std::array<char, 256> part{};
    for (ssize_t n = 0; (n = ::read(pipe_ends[0], part.data(), part.size())) > 0;) {
        complaint.append(part.data(), static_cast<std::size_t>(n));
    }
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status == 0 ? complaint
                       : complaint + " (the child ended with status " + std::to_string(status) + ")";
}

/// The first claim that does not hold.
struct claims {
    std::string broken;

    void hold(bool is_so, const char* claim)
    {
        if (!is_so && broken.empty()) {
            broken = claim;
        }
    }
};

}  // namespace signalbox::contract
