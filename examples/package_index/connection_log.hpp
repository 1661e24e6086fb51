// Who opened and closed a connection, in one order for all processes: counted by those who do it, so that
// neither the budget nor a pool is asked whether they kept to it.
//
// Invariant 1  A position is taken before the connection is opened, and after it is closed: whatever is open
//              counts, and it counts no longer than its permit is held.
// Crash        Who is killed writes no entry that its connections are closed. For whom the master kills it
//              does so before; of others nothing counts behind their last entry.
// Edges        The position orders two entries whose threads meet in between, at the budget, say.
// Checked by   tests/example/connection_log_test.cpp, tests/example/package_index_test.py
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace package_index {

class connection_log {
public:
    static constexpr std::size_t entries_max = 1 << 20;

    void opens(std::uint32_t worker) { add(worker << 2U | opened); }
    void closed(std::uint32_t worker) { add(worker << 2U | gone); }
    void dies(std::uint32_t worker) { add(worker << 2U | dead); }

    // How many there were, also those for which there was no room.
    [[nodiscard]] std::size_t entries() const { return next_.load(); }

    // When nobody writes any more: the most connections that living workers had at once. `killed`: all that
    // were.
    [[nodiscard]] std::size_t most_at_once(const std::vector<std::uint32_t>& killed) const
    {
        const std::size_t end = std::min(entries(), entries_max);
        std::map<std::uint32_t, std::size_t> ends;  // the last entry that counts, of those that were killed
        for (std::size_t i = end; i-- > 0;) {
            const std::uint32_t entry = entries_[i].load();
            const std::uint32_t who = entry >> 2U;
            if ((entry & kinds) == dead) {
                ends[who] = i;
            } else if (std::find(killed.begin(), killed.end(), who) != killed.end()) {
                ends.try_emplace(who, i);
            }
        }
        std::map<std::uint32_t, std::size_t> open;
        std::size_t count = 0;
        std::size_t most = 0;
        for (std::size_t i = 0; i < end; ++i) {
            const std::uint32_t kind = entries_[i].load() & kinds;
            const std::uint32_t who = entries_[i].load() >> 2U;
            const auto last = ends.find(who);
            if (last != ends.end() && i > last->second) {
                continue;
            }
            std::size_t& theirs = open[who];
            const std::size_t before = theirs;
            theirs += kind == opened ? 1U : 0U;
            most = std::max(most, count + theirs - before);
            theirs -= kind == gone ? 1U : 0U;
            theirs = last != ends.end() && i == last->second ? 0 : theirs;
            count = count + theirs - before;
        }
        return most;
    }

private:
    static constexpr std::uint32_t opened = 1;
    static constexpr std::uint32_t gone = 2;
    static constexpr std::uint32_t dead = 3;
    static constexpr std::uint32_t kinds = 3;

    void add(std::uint32_t entry)
    {
        const std::size_t at = next_.fetch_add(1);
        if (at < entries_max) {
            entries_[at].store(entry);
        }
    }

    std::atomic<std::size_t> next_{0};
    std::array<std::atomic<std::uint32_t>, entries_max> entries_{};  // 0: its writer was killed
};

}  // namespace package_index
