// The textbook's mutex and semaphore on a futex: what anybody writes in an afternoon. Neither spins.
//
// Because      They are the least that works, and so the mark that any library has to pass.
// Source       mutex: U. Drepper, Futexes Are Tricky (2011), section "Mutex, Take 2": 0 free, 1 locked, 2
//              locked with perhaps a waiter. Semaphore: a count, and a count of sleepers that spares the
//              system call.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "peer.hpp"

namespace bench {

inline void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected) noexcept
{
    ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}

inline void futex_wake_one(const std::atomic<std::uint32_t>& word) noexcept
{
    ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

class futex_mutex {
public:
    static constexpr const char* name = "futex";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit futex_mutex(unsigned) {}
    void enter(node&)
    {
        std::uint32_t seen = free;
        if (word_.compare_exchange_strong(seen, locked, std::memory_order_seq_cst))
            return;
        if (seen != contended)
            seen = word_.exchange(contended, std::memory_order_seq_cst);
        while (seen != free) {
            futex_wait(word_, contended);
            seen = word_.exchange(contended, std::memory_order_seq_cst);
        }
    }
    void leave(node&)
    {
        if (word_.exchange(free, std::memory_order_seq_cst) == contended)
            futex_wake_one(word_);
    }
    bool try_enter(node&)
    {
        std::uint32_t seen = free;
        return word_.compare_exchange_strong(seen, locked, std::memory_order_seq_cst);
    }

private:
    static constexpr std::uint32_t free = 0;
    static constexpr std::uint32_t locked = 1;
    static constexpr std::uint32_t contended = 2;
    std::atomic<std::uint32_t> word_ = free;
};

class futex_semaphore {
public:
    static constexpr const char* name = "futex";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit futex_semaphore(unsigned permits) : count_(permits) {}
    void enter(node& none)
    {
        while (!try_enter(none)) {
            // Announced before the kernel looks at the count again: a release either sees the sleeper, or is
            // seen by it.
            sleepers_.fetch_add(1, std::memory_order_seq_cst);
            futex_wait(count_, 0);
            sleepers_.fetch_sub(1, std::memory_order_seq_cst);
        }
    }
    void leave(node&)
    {
        count_.fetch_add(1, std::memory_order_seq_cst);
        if (sleepers_.load(std::memory_order_seq_cst) != 0)
            futex_wake_one(count_);
    }
    bool try_enter(node&)
    {
        std::uint32_t count = count_.load(std::memory_order_seq_cst);
        while (count != 0) {
            if (count_.compare_exchange_weak(count, count - 1, std::memory_order_seq_cst))
                return true;
        }
        return false;
    }

private:
    std::atomic<std::uint32_t> count_;
    std::atomic<std::uint32_t> sleepers_ = 0;
};

using futex_peers = peer_list<futex_mutex, futex_semaphore>;

}  // namespace bench
