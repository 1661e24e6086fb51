// What the threads of a contended cell share, and what they do while they hold the lock, to write or to read.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "../peers/peer.hpp"
#include "cell.hpp"
#include "histogram.hpp"
#include "work.hpp"

namespace bench {

enum class pass_kind { check, throughput, waits };
enum class phase : unsigned { prepare, warm, measured, stop };

inline constexpr std::size_t line_bytes = 128;  // two cache lines: the prefetcher pairs them

struct alignas(line_bytes) data_line {
    std::uint64_t value = 1;
    std::uint64_t count = 0;
};

struct alignas(line_bytes) worker {
    std::atomic<std::uint64_t> done = 0;  // written by its thread alone, read by the main thread at any time
    alignas(line_bytes) data_line own;
    histogram waits;
};

template <class Peer>
struct arena {
    explicit arena(const cell& asked) : lock(asked.permits), workers(asked.threads) {}
    alignas(line_bytes) Peer lock;
    alignas(line_bytes) data_line shared;
    alignas(line_bytes) std::atomic<phase> now = phase::prepare;
    alignas(line_bytes) std::atomic<unsigned> ready = 0;
    std::atomic<unsigned> home = 0;
    std::atomic<unsigned> inside = 0;
    std::atomic<bool> overfull = false;
    std::vector<worker> workers;
};

// One permit: all sections work on the shared line. More: each thread works on its own, for what several
// holders share can't be plain data; it's still read and written between acquire and release.
inline void section(data_line& data, std::uint64_t steps) noexcept
{
    asm volatile("" : : "r"(&data) : "memory");
    data.value = chain(data.value, steps);
    ++data.count;
    asm volatile("" : : "r"(&data) : "memory");
}

// What a reader of a shared mutex does: as much, but it writes to its own line alone.
inline void read_section(const data_line& data, data_line& own, std::uint64_t steps) noexcept
{
    asm volatile("" : : "r"(&data) : "memory");
    own.value = chain(data.value, steps);
    asm volatile("" : : "r"(&own) : "memory");
}

// One section of a sharing peer, which writes or reads. `own.count` counts those that wrote.
template <pass_kind Pass, class Peer>
void shared_section(arena<Peer>& place, const cell& asked, worker& self, bool writes)
{
    constexpr unsigned one_writer = 1U << 16;
    if constexpr (Pass == pass_kind::check) {
        const unsigned others = place.inside.fetch_add(writes ? one_writer : 1, std::memory_order_seq_cst);
        if (writes ? others != 0 : others >= one_writer)
            place.overfull.store(true, std::memory_order_seq_cst);
        std::this_thread::yield();
    }
    if (writes) {
        section(place.shared, asked.inside_steps);
        ++self.own.count;
    } else {
        read_section(place.shared, self.own, asked.inside_steps);
    }
    if constexpr (Pass == pass_kind::check)
        place.inside.fetch_sub(writes ? one_writer : 1, std::memory_order_seq_cst);
}

// Says for each section of a thread whether it writes: so many of 1000, in no order.
class write_dice {
public:
    write_dice(const void* seed, unsigned writes)
        : state_(reinterpret_cast<std::uintptr_t>(seed) | 1), limit_(writes * (std::uint64_t{1} << 32) / 1000)
    {
    }
    bool throw_one()
    {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return state_ >> 32 < limit_;
    }

private:
    std::uint64_t state_;
    std::uint64_t limit_;
};

template <class Peer>
void enter(Peer& lock, typename Peer::node& node, [[maybe_unused]] bool writes)
{
    if constexpr (sharing_peer<Peer>) {
        if (!writes)
            return lock.enter_shared(node);
    }
    lock.enter(node);
}

template <class Peer>
void leave(Peer& lock, typename Peer::node& node, [[maybe_unused]] bool writes)
{
    if constexpr (sharing_peer<Peer>) {
        if (!writes)
            return lock.leave_shared(node);
    }
    lock.leave(node);
}

}  // namespace bench
