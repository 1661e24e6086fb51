// Copies what stands in the waiting table.
#include "inspect/snapshot.hpp"

#include <algorithm>

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/detail/shared_word.hpp>
#include <signalbox/platform/clock.hpp>

#include "core/ownership.hpp"
#include "core/parking_table.hpp"

namespace signalbox::detail {
namespace {

// The object is alive while somebody waits for it and the table is locked.
self_description describe_cell(const waiter& head) noexcept
{
    self_description self;
    self.address = head.cell;
    self.kind = kind_text(head.kind);
    self.has_owner = tells_owner(head.kind);
    self.owner = owner_of(head.cell, head.kind);
    if (head.kind == cell_kind::shared) {
        const auto& cell = *static_cast<const shared_cell*>(head.cell);
        // relaxed: a snapshot
        const auto now = cell.state.load(std::memory_order_relaxed);
        self.owner = shared_word::holder_of(now);  // again: of the same moment
        self.is_for_upgrade = shared_word::upgrader_of(now) != 0;
        self.readers = std::max<std::int64_t>(shared_word::readers_of(now), 0);
    }
    if (head.kind == cell_kind::permits) {
        const auto& cell = *static_cast<const permit_cell*>(head.cell);
        self.has_permits = true;
        // relaxed: a snapshot
        const auto out = permit_word::out_of(cell.state.load(std::memory_order_relaxed));
        self.out = std::max<std::int64_t>(out, 0);
        self.capacity = cell.capacity.load(std::memory_order_relaxed);  // relaxed: a snapshot
    }
    return self;
}

// Copies as far as there is room. Returns how many queues and threads there are.
struct counts {
    std::size_t queues = 0;
    std::size_t threads = 0;
};

counts copy_table(const whole_table& table, snapshot& into) noexcept
{
    counts all;
    table.each_queue([&](const waiter& head) {
        ++all.queues;
        const std::size_t begin = into.threads.size();
        for (const waiter* each = &head; each != nullptr; each = each->next) {
            ++all.threads;
            if (into.threads.size() < into.threads.capacity()) {
                into.threads.push_back({each->thread, each->wanted, each->since,
                                        each->site == nullptr ? call_site{} : *each->site});
            }
        }
        if (into.queues.size() < into.queues.capacity()) {
            into.queues.push_back({describe_cell(head), head.kind, begin, into.threads.size()});
        }
    });
    return all;
}

counts copy_table(unsigned attempts, snapshot& into) noexcept
{
    if (attempts > 0) {
        return copy_table(whole_table{attempts}, into);
    }
    return copy_table(whole_table{}, into);
}

}  // namespace

snapshot take_snapshot(unsigned attempts)
{
    snapshot result;
    counts needed{16, 64};
    for (;;) {
        result.queues.clear();
        result.threads.clear();
        result.queues.reserve(needed.queues);
        result.threads.reserve(needed.threads);
        const counts all = copy_table(attempts, result);
        if (all.queues == result.queues.size() && all.threads == result.threads.size()) {
            break;
        }
        needed = {all.queues * 2, all.threads * 2};
    }
    result.taken = platform::now();
    return result;
}

}  // namespace signalbox::detail
