// What the processes share: where the work stands, in memory that all of them see.
//
// Invariant 1  A batch is free, owned, or done. `cursor` and the owners are changed by who holds
//              the mutex alone; a batch becomes done without it, by its owner.
// Crash        Whoever gets the mutex of a dead owner calls repair(): the cursor may be half moved, and the
//              batches of the dead are nobody's. They are free again, and done at last exactly once, since
//              the database knows each record by its number.
// Edges        The mutex orders all changes of the cursor; `published` tells that batches can be read.
// Checked by   tests/example/package_index_test.py
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>

#include <sys/mman.h>

#include "connection_log.hpp"

namespace package_index {

// A run of records in the text.
struct batch {
    static constexpr std::uint32_t free = 0;
    static constexpr std::uint32_t done = ~0U;

    std::size_t offset = 0;
    std::size_t length = 0;
    std::size_t first_record = 0;
    std::size_t first_line = 0;
    std::atomic<std::uint32_t> owner{free};  // or the number of a worker
};

// A text that a process leaves for the others; the first one counts.
class message {
public:
    void leave(std::size_t line, std::string_view text)
    {
        if (!is_taken_.exchange(true)) {
            line_ = line;
            const std::size_t size = std::min(text.size(), text_.size() - 1);
            std::memcpy(text_.data(), text.data(), size);
            is_there_.store(true);
        }
    }
    [[nodiscard]] bool is_there() const { return is_there_.load(); }
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::string_view text() const { return text_.data(); }

private:
    std::atomic<bool> is_taken_{false};
    std::atomic<bool> is_there_{false};
    std::size_t line_ = 0;
    std::array<char, 512> text_{};
};

class board {
public:
    static constexpr std::size_t batches_max = 1 << 16;
    static constexpr std::size_t kills_max = 16;

    std::array<batch, batches_max> batches;
    std::atomic<std::size_t> published{0};  // batches that the reader has cut
    std::atomic<std::size_t> records{0};    // in them
    std::atomic<bool> is_all_read{false};
    std::size_t cursor = 0;  // every batch before it is somebody's or done
    message bad_data;        // what the reader found
    message failure;         // what a worker met
    connection_log log;      // of the connections

    std::chrono::steady_clock::time_point started;  // the same clock in all processes

    // Who claims a batch that ends there or later is to be killed; the kills are made in this order.
    std::array<std::size_t, kills_max> kill_from{};
    std::size_t kills_planned = 0;
    std::atomic<std::size_t> kills_begun{0};
    std::atomic<std::uint32_t> victim{0};       // the worker that waits for its end
    std::atomic<std::int64_t> recovered_ns{0};  // when the next owner of the mutex was told, CLOCK_MONOTONIC

    [[nodiscard]] std::size_t done() const
    {
        std::size_t count = 0;
        const std::size_t end = published.load();
        for (std::size_t i = 0; i < end; ++i) {
            count += batches[i].owner.load() == batch::done ? 1U : 0U;
        }
        return count;
    }
    [[nodiscard]] bool is_finished() const { return is_all_read.load() && done() == published.load(); }

    // For the owner of the mutex: makes a free batch the worker's. Empty if there is none.
    std::optional<std::size_t> claim(std::uint32_t worker)
    {
        const std::size_t end = published.load();
        while (cursor < end && batches[cursor].owner.load() != batch::free) {
            ++cursor;
        }
        if (cursor == end) {
            return std::nullopt;
        }
        batches[cursor].owner.store(worker);
        return cursor++;
    }

    // For the owner of the mutex: frees what a dead worker had, and looks at everything again from there.
    // Returns how many batches that were.
    std::size_t repair(std::uint32_t dead)
    {
        std::size_t freed = 0;
        for (std::size_t i = published.load(); i-- > 0;) {
            std::uint32_t theirs = dead;
            if (batches[i].owner.compare_exchange_strong(theirs, batch::free)) {
                ++freed;
            }
            if (batches[i].owner.load() == batch::free) {
                cursor = i;
            }
        }
        return freed;
    }
};

// The board in memory that the children of this process share with it.
class shared_board {
public:
    shared_board()
        : memory_{::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)}
    {
        if (memory_ == MAP_FAILED) {
            throw std::system_error(errno, std::generic_category(), "no shared memory");
        }
        board_ = new (memory_) board;
    }
    shared_board(const shared_board&) = delete;
    shared_board& operator=(const shared_board&) = delete;
    ~shared_board() { ::munmap(memory_, sizeof(board)); }

    [[nodiscard]] board& operator*() const { return *board_; }
    [[nodiscard]] board* operator->() const { return board_; }

private:
    void* memory_;
    board* board_ = nullptr;
};

}  // namespace package_index
