// Recognising known states: that a search which skips them sees every outcome that a full one sees.
#include <chrono>
#include <set>
#include <vector>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/wait.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;

/// A little program of two threads that is as good as random: atomic operations, waits, wake-ups, pauses, the
/// clock.
struct random_program {
    struct shared {
        atomic<std::uint32_t> words[2] = {};
        atomic<bool> is_locked{false};
        std::vector<std::uint64_t> listed;  // under is_locked
        std::vector<std::uint64_t> results = std::vector<std::uint64_t>(2);
    };

    unsigned number;

    static std::uint64_t use_list(shared& all, unsigned who)
    {
        bool is_locked = false;
        if (!all.is_locked.compare_exchange_strong(is_locked, true, acquire, relaxed)) {
            return 0;
        }
        all.listed.push_back(who);
        const std::uint64_t size = all.listed.size();
        all.is_locked.store(false, release);
        return size;
    }

    std::uint64_t do_step(shared& all, unsigned thread, unsigned at) const
    {
        const unsigned dice = (number * 7919 + thread * 104'729 + at * 1299 + number * number * at) % 997;
        atomic<std::uint32_t>& word = all.words[dice % 2];
        const auto order = dice % 3 == 0 ? seq_cst : relaxed;
        std::uint32_t expected = 0;
        switch (dice / 6 % 9) {
        case 0:
        case 1: return word.load(order);
        case 2: word.store(thread + 1 + at, order); return 0;
        case 3: return word.fetch_add(1, order);
        case 4: return word.compare_exchange_weak(expected, 5, order, relaxed);
        case 5: return platform::wait_until(word, 0, platform::now() + std::chrono::milliseconds{1});
        case 6: platform::wake_one(word); return 0;
        case 7: return use_list(all, thread + 1);
        default: platform::spin_pause(); return 0;
        }
    }
    void operator()(scenario& s, std::set<std::vector<std::uint64_t>>& outcomes) const
    {
        auto& all = s.make<shared>();
        for (unsigned thread = 0; thread < 2; ++thread) {
            s.thread("thread", [this, &all, thread] {
                std::uint64_t digits = 0;
                for (unsigned at = 0; at < 4; ++at) {
                    digits = digits * 10 + do_step(all, thread, at);
                }
                all.results[thread] = digits;
            });
        }
        s.finally([&] {
            all.results.push_back(all.words[0].load(relaxed));
            all.results.push_back(all.words[1].load(relaxed));
            all.results.push_back(idle_jumps());
            all.results.insert(all.results.end(), all.listed.begin(), all.listed.end());
            outcomes.insert({all.results.begin(), all.results.end()});
        });
    }
};

TEST(merging, known_states_skipped_change_no_outcome)
{
    std::uint64_t executions[2] = {};
    for (unsigned number = 0; number < 300; ++number) {
        std::set<std::vector<std::uint64_t>> outcomes[2];
        for (const unsigned merge : {0U, 1U}) {
            options how;
            how.stale_reads = number % 2;
            how.preemptions = number % 3 == 0 ? 2 : without_bound;
            how.merge_states = merge == 1;
            const random_program program{number};
            const result found = explore(how, [&](scenario& s) { program(s, outcomes[merge]); });
            EXPECT_TRUE(found.exhausted && !found.failed) << found.summary();
            executions[merge] += found.executions;
        }
        EXPECT_EQ(outcomes[0], outcomes[1]) << "program " << number;
    }
    std::cout << "  " << executions[0] << " executions without merging, " << executions[1] << " with\n";
}

}  // namespace
}  // namespace signalbox::simulated
