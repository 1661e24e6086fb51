// All waiters at one moment, as a copy: taken under the locks of the table, read without them.
//
// Because      Text is made with memory that is allocated, and allocating may take locks: none of that
//              happens while the table stands still. A copy holds no address that it would follow.
// Checked by   tests/thread/inspect_test.cpp
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <signalbox/detail/call_site.hpp>
#include <signalbox/detail/cell_kind.hpp>
#include <signalbox/inspect.hpp>

namespace signalbox::detail {

struct waiting_thread {
    std::uint32_t thread = 0;
    std::uint64_t wanted = 0;
    std::chrono::steady_clock::time_point since;
    call_site site;
};

/// One queue, oldest first. `object` describes what lies at its address, maybe a part of something larger.
struct waiting_queue {
    self_description object;
    cell_kind kind{};
    std::size_t begin = 0;  // in snapshot::threads
    std::size_t end = 0;
};

struct snapshot {
    std::vector<waiting_queue> queues;
    std::vector<waiting_thread> threads;
    std::chrono::steady_clock::time_point taken;
};

/// Every queue; with `attempts` as in whole_table. Errors: std::bad_alloc.
[[nodiscard]] snapshot take_snapshot(unsigned attempts = 0);

}  // namespace signalbox::detail
