// Sleeping on words of shared memory on Linux: futex_waitv(2), or futex(2) where there is none.
//
// Source       futex(2), and the kernel's Documentation/userspace-api/futex2.rst
#include <signalbox/platform/shared_wait.hpp>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

namespace signalbox::platform {
namespace {

constexpr std::uint32_t word_of_32_bits = 2;  // FUTEX_32, and no FUTEX_PRIVATE_FLAG

struct waitv_entry {  // struct futex_waitv, which older headers lack
    std::uint64_t value;
    std::uint64_t address;
    std::uint32_t flags;
    std::uint32_t reserved;
};

constinit atomic<bool> watches_several{true};

timespec to_timespec(std::chrono::steady_clock::time_point deadline) noexcept
{
    using namespace std::chrono;
    const auto span = std::max(deadline.time_since_epoch(), steady_clock::duration::zero());
    const auto whole = duration_cast<seconds>(span);
    timespec time{};
    time.tv_sec = static_cast<std::time_t>(whole.count());
    time.tv_nsec = static_cast<long>(duration_cast<nanoseconds>(span - whole).count());
    return time;
}

// False if the kernel has no such call.
bool wait_several(const watched_word* words, std::size_t count, const timespec& time) noexcept
{
    waitv_entry entries[watched_words_most];
    for (std::size_t i = 0; i < count; ++i) {
        entries[i] = {words[i].expected, reinterpret_cast<std::uintptr_t>(words[i].word), word_of_32_bits, 0};
    }
    return syscall(SYS_futex_waitv, entries, count, 0, &time, CLOCK_MONOTONIC) != -1 ||
           (errno != ENOSYS && errno != EPERM);
}

}  // namespace

void wait_shared(const watched_word* words, std::size_t count,
                 std::chrono::steady_clock::time_point deadline) noexcept
{
    const int saved = errno;
    const timespec time = to_timespec(deadline);
    count = std::min(count, watched_words_most);
    const bool is_several = count > 1 && watches_several.load();
    if (is_several && !wait_several(words, count, time)) {
        watches_several.store(false);
    } else if (!is_several) {
        syscall(SYS_futex, words[0].word, FUTEX_WAIT_BITSET, words[0].expected, &time, nullptr,
                FUTEX_BITSET_MATCH_ANY);
    }
    errno = saved;
}

void wake_shared(const atomic<std::uint32_t>& word, int most) noexcept
{
    const int saved = errno;
    syscall(SYS_futex, &word, FUTEX_WAKE, most);
    errno = saved;
}

void set_watching_several(bool is_used) noexcept
{
    watches_several.store(is_used);
}

}  // namespace signalbox::platform
