// Forking, killing, and what a death costs.
#include "family.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes.hpp"

namespace package_index {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 10s;  // for what must come at once

double ms(clock::duration span)
{
    return std::chrono::duration<double, std::milli>(span).count();
}

bool reap(pid_t pid, int how, int& status)
{
    pid_t ended = 0;
    do {
        ended = ::waitpid(pid, &status, how);
    } while (ended < 0 && errno == EINTR);
    return ended == pid;
}

}  // namespace

family::~family()
{
    for (const member& each : members_) {
        int status = 0;
        ::kill(each.pid, SIGKILL);
        reap(each.pid, 0, status);
    }
}

std::uint32_t family::start_worker()
{
    start(++last_number_);
    return last_number_;
}

void family::start(std::uint32_t number)
{
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) {
        throw std::system_error(errno, std::generic_category(), "a process can't be started");
    }
    if (pid > 0) {
        members_.push_back({pid, number});
        return;
    }
    int code = 0;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody works on for a master that was killed
    if (::getppid() != parent) {
        ::_exit(1);
    }
    try {
        number == 0 ? be_reader(meet_, text_) : be_worker(meet_, how_, text_, number);
    } catch (const std::exception& error) {
        meet_.fail(&board::failure, 0, error.what());
        code = 1;
    }
    ::_exit(code);
}

std::size_t family::permits_of(pid_t pid) const
{
    std::ptrdiff_t count = 0;
    for (const auto& each : meet_.budget.holders()) {
        count += each.who.pid == pid ? each.count : 0;
    }
    return static_cast<std::size_t>(count);
}

recovery family::replace(std::uint32_t victim)
{
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const member& each) { return each.number == victim; });
    if (found == members_.end()) {
        return {};
    }
    recovery what{.worker = victim, .pid = found->pid, .permits = permits_of(found->pid)};
    meet_.work->log.dies(victim);
    const auto killed = clock::now();
    ::kill(what.pid, SIGKILL);
    const auto wait_until = [&](auto is_so) {
        while (!is_so()) {
            if (clock::now() - killed > patience) {
                throw run_error{"what worker " + std::to_string(victim) + " held does not come back"};
            }
            std::this_thread::sleep_for(50us);
        }
        return ms(clock::now() - killed);
    };
    what.permits_ms = wait_until([&] { return permits_of(what.pid) == 0; });
    int status = 0;
    reap(what.pid, 0, status);
    members_.erase(found);
    dead_.push_back(victim);
    what.successor = start_worker();
    wait_until([&] { return meet_.work->victim.load() != victim; });
    what.mutex_ms = ms(std::chrono::nanoseconds{meet_.work->recovered_ns.load()} - killed.time_since_epoch());
    return what;
}

bool family::look_after()
{
    for (std::size_t i = 0; i < members_.size();) {
        int status = 0;
        const member each = members_[i];
        if (!reap(each.pid, WNOHANG, status)) {
            ++i;
            continue;
        }
        members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(i));
        if (WIFSIGNALED(status) && each.number != 0) {
            take_over(each.number);
        } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            return false;
        }
    }
    free_what_they_had();
    return true;
}

// Somebody else has killed a worker, and somebody works in its place.
void family::take_over(std::uint32_t dead)
{
    dead_.push_back(dead);
    unfreed_.push_back(dead);
    start_worker();
}

// What they had claimed is free again, as soon as the mutex can be had.
void family::free_what_they_had()
{
    if (unfreed_.empty() || !signalbox::is_acquired(meet_.turn.lock(0ms))) {
        return;
    }
    const std::unique_lock lock{meet_.turn, std::adopt_lock};
    for (const std::uint32_t dead : unfreed_) {
        meet_.filled.release(static_cast<std::ptrdiff_t>(meet_.work->repair(dead)));
    }
    unfreed_.clear();
}

bool family::is_over()
{
    const auto has_ended = [](const member& each) {
        int status = 0;
        return reap(each.pid, WNOHANG, status);
    };
    members_.erase(std::remove_if(members_.begin(), members_.end(), has_ended), members_.end());
    return members_.empty();
}

}  // namespace package_index
