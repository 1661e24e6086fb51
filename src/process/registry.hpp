// All attachments of this process, found when a file is opened, the process forks, or a thread ends.
//
// Invariant 1  Its lock comes before the lock of a room: nobody takes it inside a room.
// Because      A process has one place in each object, however many handles it has on it.
#pragma once

#include <cstdint>
#include <vector>

#include <signalbox/mutex.hpp>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

/// Its lock is held for set-up and slow lookups, never while waiting for a permit.
struct registry {
    thread::mutex lock;
    std::vector<attachment*> all;
    std::uint64_t last_serial = 0;

    static registry& get();
    attachment* find(const platform::file_status& which) const noexcept;
    void after_fork() const noexcept;
    /// A thread has ended: others may have its cells.
    static void thread_ended(std::uint32_t thread);
};

}  // namespace signalbox::process::detail
