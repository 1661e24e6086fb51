// Litmus tests: which values two or more threads may read, for each memory order.
//
// Because      Each test collects every outcome of an exhaustive search and compares the set with what the
//              standard allows, so it fails both if the machine forbids too much and if it allows too much.
// Source       C++20 [atomics.order]; the names of the shapes are those of Alglave, Maranget and Tautschnig,
//              "Herding Cats"
#include <array>
#include <set>

#include <signalbox/platform/atomic.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;
using outcomes = std::set<std::array<int, 4>>;

struct words {
    atomic<int> x{0};
    atomic<int> y{0};
    std::array<int, 4> read{};
};

/// Two to four threads on two words; each stores what it reads at its place in `read`.
using threads = std::vector<std::function<void(words&)>>;

outcomes collect(const threads& of, options how = {})
{
    outcomes all;
    const body scene = [&](scenario& s) {
        auto& shared = s.make<words>();
        for (const auto& one : of) {
            s.thread("thread", [&shared, &one] { one(shared); });
        }
        s.finally([&] { all.insert(shared.read); });
    };
    how.stale_reads = 4;
    expect_exhausted(how, scene);
    // Merging states must change nothing but the effort.
    const outcomes merged = all;
    all.clear();
    how.merge_states = false;
    expect_exhausted(how, scene);
    EXPECT_EQ(merged, all);
    return all;
}

bool can_read(const outcomes& of, int first, int second)
{
    return of.contains({first, second, 0, 0});
}

// -- store buffering: can both miss the other's store?
// -------------------------------------------------------------

outcomes store_buffering(std::memory_order store, std::memory_order load)
{
    return collect({[=](words& w) {
                        w.x.store(1, store);
                        w.read[0] = w.y.load(load);
                    },
                    [=](words& w) {
                        w.y.store(1, store);
                        w.read[1] = w.x.load(load);
                    }});
}

TEST(litmus, store_buffering_is_seen_with_relaxed_and_with_acquire_release)
{
    EXPECT_TRUE(can_read(store_buffering(relaxed, relaxed), 0, 0));
    EXPECT_TRUE(can_read(store_buffering(release, acquire), 0, 0));
    EXPECT_TRUE(can_read(store_buffering(seq_cst, acquire), 0, 0));
    EXPECT_TRUE(can_read(store_buffering(release, seq_cst), 0, 0));
}

TEST(litmus, store_buffering_is_forbidden_with_seq_cst)
{
    const outcomes seen = store_buffering(seq_cst, seq_cst);
    EXPECT_FALSE(can_read(seen, 0, 0));
    EXPECT_EQ(seen.size(), 3U);
}

TEST(litmus, a_read_modify_write_in_between_does_not_forbid_store_buffering_on_other_words)
{
    const outcomes seen = collect({[](words& w) {
                                       w.x.exchange(1, acq_rel);
                                       w.read[0] = w.y.load(acquire);
                                   },
                                   [](words& w) {
                                       w.y.exchange(1, acq_rel);
                                       w.read[1] = w.x.load(acquire);
                                   }});
    EXPECT_TRUE(can_read(seen, 0, 0));
}

// -- message passing: who sees the flag, does he see the message?
// --------------------------------------------------

outcomes message_passing(std::memory_order store, std::memory_order load)
{
    return collect({[=](words& w) {
                        w.x.store(1, relaxed);
                        w.y.store(1, store);
                    },
                    [=](words& w) {
                        w.read[0] = w.y.load(load);
                        w.read[1] = w.x.load(relaxed);
                    }});
}

TEST(litmus, message_passing_needs_release_and_acquire)
{
    EXPECT_TRUE(can_read(message_passing(relaxed, relaxed), 1, 0));
    EXPECT_TRUE(can_read(message_passing(relaxed, acquire), 1, 0));
    EXPECT_TRUE(can_read(message_passing(release, relaxed), 1, 0));
    const outcomes seen = message_passing(release, acquire);
    EXPECT_FALSE(can_read(seen, 1, 0));
    EXPECT_EQ(seen.size(), 3U);
}

TEST(litmus, a_release_sequence_goes_through_read_modify_writes_of_others)
{
    const outcomes seen = collect({[](words& w) {
                                       w.x.store(1, relaxed);
                                       w.y.store(1, release);
                                   },
                                   [](words& w) { w.y.fetch_add(10, relaxed); },
                                   [](words& w) {
                                       w.read[0] = w.y.load(acquire);
                                       w.read[1] = w.x.load(relaxed);
                                   }});
    EXPECT_TRUE(can_read(seen, 11, 1));
    EXPECT_FALSE(can_read(seen, 11, 0));
}

TEST(litmus, a_release_sequence_ends_at_a_store_even_of_the_same_thread)
{
    const outcomes seen = collect({[](words& w) {
                                       w.x.store(1, relaxed);
                                       w.y.store(1, release);
                                       w.y.store(2, relaxed);
                                   },
                                   [](words& w) {
                                       w.read[0] = w.y.load(acquire);
                                       w.read[1] = w.x.load(relaxed);
                                   }});
    EXPECT_TRUE(can_read(seen, 2, 0));
    EXPECT_FALSE(can_read(seen, 1, 0));
}

TEST(litmus, a_failing_compare_exchange_has_its_failure_order)
{
    const auto pass = [](std::memory_order failure) {
        return collect({[](words& w) {
                            w.x.store(1, relaxed);
                            w.y.store(1, release);
                        },
                        [=](words& w) {
                            int expected = 7;
                            const bool done = w.y.compare_exchange_strong(expected, 8, acquire, failure);
                            w.read[0] = done ? -1 : expected;
                            w.read[1] = w.x.load(relaxed);
                        }});
    };
    EXPECT_TRUE(can_read(pass(relaxed), 1, 0));
    EXPECT_FALSE(can_read(pass(acquire), 1, 0));
}

// -- coherence of one word
// -----------------------------------------------------------------------------------------

TEST(litmus, one_word_is_read_in_the_order_of_its_stores)
{
    const outcomes seen = collect({[](words& w) {
                                       w.x.store(1, relaxed);
                                       w.x.store(2, relaxed);
                                   },
                                   [](words& w) {
                                       w.read[0] = w.x.load(relaxed);
                                       w.read[1] = w.x.load(relaxed);
                                   }});
    EXPECT_EQ(seen.size(), 6U);
    EXPECT_FALSE(can_read(seen, 2, 1));
    EXPECT_FALSE(can_read(seen, 1, 0));
    EXPECT_FALSE(can_read(seen, 2, 0));
}

TEST(litmus, a_thread_reads_its_own_store_or_a_newer_one)
{
    const outcomes seen = collect({[](words& w) { w.x.store(1, relaxed); },
                                   [](words& w) {
                                       w.x.store(2, relaxed);
                                       w.read[0] = w.x.load(relaxed);
                                   }});
    EXPECT_TRUE(can_read(seen, 1, 0));
    EXPECT_TRUE(can_read(seen, 2, 0));
    EXPECT_EQ(seen.size(), 2U);
}

TEST(litmus, a_read_that_happens_before_binds_the_reads_after_it)
{
    // Thread 1 reads x and tells thread 2; thread 2 must not read an older x.
    const outcomes seen = collect({[](words& w) { w.x.store(1, relaxed); },
                                   [](words& w) {
                                       w.read[0] = w.x.load(relaxed);
                                       w.y.store(1, release);
                                   },
                                   [](words& w) {
                                       w.read[1] = w.y.load(acquire);
                                       w.read[2] = w.x.load(relaxed);
                                   }});
    EXPECT_TRUE(seen.contains({1, 0, 0, 0}));
    EXPECT_FALSE(seen.contains({1, 1, 0, 0}));
}

TEST(litmus, read_modify_writes_never_lose_an_update)
{
    const outcomes seen = collect({[](words& w) { w.read[0] = w.x.fetch_add(1, relaxed); },
                                   [](words& w) { w.read[1] = w.x.fetch_add(1, relaxed); },
                                   [](words& w) { w.read[2] = w.x.fetch_add(1, relaxed); }});
    EXPECT_EQ(seen.size(), 6U);  // the permutations of 0, 1, 2
}

// -- independent reads of independent writes: do two readers agree on the order of two writers?
// --------------------

outcomes independent_reads(std::memory_order store, std::memory_order load)
{
    options how;
    how.stale_reads = 2;
    return collect({[=](words& w) { w.x.store(1, store); }, [=](words& w) { w.y.store(1, store); },
                    [=](words& w) {
                        w.read[0] = w.x.load(load);
                        w.read[1] = w.y.load(load);
                    },
                    [=](words& w) {
                        w.read[2] = w.y.load(load);
                        w.read[3] = w.x.load(load);
                    }},
                   how);
}

TEST(litmus, two_readers_agree_on_two_writers_only_with_seq_cst)
{
    EXPECT_TRUE(independent_reads(release, acquire).contains({1, 0, 1, 0}));
    EXPECT_FALSE(independent_reads(seq_cst, seq_cst).contains({1, 0, 1, 0}));
    EXPECT_EQ(independent_reads(seq_cst, seq_cst).size(), 15U);
}

TEST(litmus, happens_before_is_transitive)
{
    const outcomes seen = collect({[](words& w) {
                                       w.x.store(1, relaxed);
                                       w.y.store(1, release);
                                   },
                                   [](words& w) {
                                       w.read[0] = w.y.load(acquire);
                                       w.y.fetch_add(w.read[0], release);
                                   },
                                   [](words& w) {
                                       w.read[1] = w.y.load(acquire);
                                       w.read[2] = w.x.load(relaxed);
                                   }});
    EXPECT_TRUE(seen.contains({1, 2, 1, 0}));
    EXPECT_FALSE(seen.contains({1, 2, 0, 0}));
}

}  // namespace
}  // namespace signalbox::simulated
