// What is shown to people. Read without the lock: each line is right, the whole may be a moment apart.
#include "process/inspecting.hpp"

#include <algorithm>
#include <cstring>

#include "process/resting.hpp"
#include "process/room.hpp"
#include "process/sightings.hpp"

namespace signalbox::process::detail {
namespace {

template <std::size_t Words>
std::string text_of(const atomic<std::uint64_t> (&words)[Words])
{
    char text[8 * Words + 1] = {};
    for (std::size_t i = 0; i < Words; ++i) {
        const std::uint64_t eight = words[i].load();
        std::memcpy(text + 8 * i, &eight, 8);
    }
    return text;
}

std::uint32_t waiters_used(const object_layout& shared) noexcept
{
    return std::min(shared.head.waiters_used.load(), waiters_most);
}

}  // namespace

participant_info describe(const participant_record& record, std::uint32_t slot)
{
    return {.slot = slot,
            .generation = record.generation.load(),
            .pid = record.pid.load(),
            .start_time = record.start_time.load(),
            .command = text_of(record.command),
            .label = text_of(record.label),
            .since = std::chrono::nanoseconds{record.since.load()}};
}

// What all cells of a participant have, and since when one of them is known to have had something. Where one
// cell owes, another one's permits were given back: then nothing is known.
struct holding {
    std::ptrdiff_t count = 0;
    std::chrono::nanoseconds since{};
    bool is_mixed = false;

    void add(std::int64_t value, std::chrono::nanoseconds seen) noexcept
    {
        count += value;
        is_mixed = is_mixed || value < 0;
        if (value > 0 && seen != since.zero()) {
            since = since == since.zero() ? seen : std::min(since, seen);
        }
    }
};

std::vector<holder_info> list_holders(const object_layout& shared, const ledger& books)
{
    const std::uint32_t used = std::min(shared.head.holders_used.load(), holders_most);
    std::vector<holding> all(participants_most);
    for (std::uint32_t i = 1; i < used; ++i) {
        holder_entry entry;
        const std::uint32_t owner = shared.holders[i].participant.load();
        if (owner >= 1 && owner <= participants_most && !is_resting(shared.holders[i]) &&
            books.value_of(i, entry) == verdict::done) {
            all[owner - 1].add(entry.value, sighting_of(shared, i, entry));
        }
    }
    std::vector<holder_info> found;
    for (std::uint32_t slot = 0; slot < participants_most; ++slot) {
        const holding& each = all[slot];
        if (each.count > 0) {
            found.push_back({describe(shared.record(slot), slot), each.count,
                             each.is_mixed ? each.since.zero() : each.since});
        }
    }
    return found;
}

waiter_list list_waiters(const object_layout& shared)
{
    std::vector<std::pair<std::uint64_t, waiter_info>> found;
    for (std::uint32_t i = 0; i < waiters_used(shared); ++i) {
        const waiter_cell& cell = shared.waiters[i];
        const std::uint32_t owner = cell.participant.load();
        if (owner >= 1 && owner <= participants_most) {
            found.emplace_back(cell.ticket.load(),
                               waiter_info{describe(shared.record(owner - 1), owner - 1),
                                           static_cast<std::int32_t>(cell.thread.load()), cell.wanted.load(),
                                           std::chrono::nanoseconds{cell.since.load()}});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    waiter_list sorted;
    for (auto& each : found) {
        sorted.push_back(std::move(each.second));
    }
    return sorted;
}

}  // namespace signalbox::process::detail
