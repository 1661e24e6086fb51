// Sleeping on a word: private futexes with absolute deadlines.
//
// Because      FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC, which is what steady_clock reads;
//              the plain FUTEX_WAIT takes a duration, which an interruption would restart.
// Source       futex(2)
#include <signalbox/platform/wait.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace signalbox::platform {
namespace {

long futex(const atomic<std::uint32_t>& word, int operation, std::uint32_t value,
           const timespec* deadline = nullptr) noexcept
{
    return syscall(SYS_futex, &word, operation | FUTEX_PRIVATE_FLAG, value, deadline, nullptr,
                   FUTEX_BITSET_MATCH_ANY);
}

timespec to_timespec(std::chrono::steady_clock::time_point deadline) noexcept
{
    using namespace std::chrono;
    const auto since_boot = std::max(deadline.time_since_epoch(), steady_clock::duration::zero());
    const auto whole = duration_cast<seconds>(since_boot);
    timespec time{};
    time.tv_sec = static_cast<std::time_t>(whole.count());
    time.tv_nsec = static_cast<long>(duration_cast<nanoseconds>(since_boot - whole).count());
    return time;
}

}  // namespace

void wait(const atomic<std::uint32_t>& word, std::uint32_t expected) noexcept
{
    const int saved = errno;
    futex(word, FUTEX_WAIT_BITSET, expected);
    errno = saved;
}

bool wait_until(const atomic<std::uint32_t>& word, std::uint32_t expected,
                std::chrono::steady_clock::time_point deadline) noexcept
{
    const int saved = errno;
    const timespec time = to_timespec(deadline);
    const bool passed = futex(word, FUTEX_WAIT_BITSET, expected, &time) == -1 && errno == ETIMEDOUT;
    errno = saved;
    return !passed;
}

void wake_one(const atomic<std::uint32_t>& word) noexcept
{
    const int saved = errno;
    futex(word, FUTEX_WAKE, 1);
    errno = saved;
}

void wake_all(const atomic<std::uint32_t>& word) noexcept
{
    const int saved = errno;
    futex(word, FUTEX_WAKE, INT_MAX);
    errno = saved;
}

}  // namespace signalbox::platform
