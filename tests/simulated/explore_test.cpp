// The search itself: what it covers, what it reports, how it repeats itself.
#include <map>
#include <set>
#include <stdexcept>

#include <signalbox/platform/atomic.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;

options undisturbed()
{
    options how;
    how.stale_reads = how.spurious_wakes = how.weak_failures = how.time_jumps = how.rushed_pauses = 0;
    return how;
}

/// `threads` threads that take `steps` steps each on one word; collects the orders.
body interleavings(int threads, int steps, std::set<std::vector<int>>& orders)
{
    return [=, &orders](scenario& s) {
        auto& word = s.make<atomic<int>>(0);
        auto& order = s.make<journal>();
        for (int t = 0; t < threads; ++t) {
            s.thread("thread", [&word, &order, t, steps] {
                for (int i = 0; i < steps; ++i) {
                    word.fetch_add(1, relaxed);
                    order.add(t);
                }
            });
        }
        s.finally([&] { orders.insert(order.entries()); });
    };
}

TEST(explore, every_order_of_dependent_steps_is_seen_once)
{
    std::set<std::vector<int>> orders;
    const result found = expect_exhausted(undisturbed(), interleavings(2, 4, orders));
    EXPECT_EQ(orders.size(), 70U);  // 8! / (4! 4!)
    EXPECT_EQ(found.complete, 70U);
    orders.clear();
    expect_exhausted(undisturbed(), interleavings(3, 3, orders));
    EXPECT_EQ(orders.size(), 1680U);  // 9! / (3! 3! 3!)
}

TEST(explore, a_bound_on_preemptions_keeps_what_needs_no_more)
{
    options how = undisturbed();
    std::set<std::vector<int>> orders;
    for (const auto& [bound, expected] : std::map<std::uint8_t, std::size_t>{{0, 2}, {1, 8}, {2, 26}}) {
        how.preemptions = bound;
        orders.clear();
        expect_exhausted(how, interleavings(2, 4, orders));
        // Orders with at most `bound` switches away from a thread that has steps left.
        EXPECT_EQ(orders.size(), expected) << "bound " << unsigned{bound};
    }
}

TEST(explore, independent_steps_are_not_tried_in_every_order)
{
    const body scene = [](scenario& s) {
        for (int t = 0; t < 2; ++t) {
            auto& own = s.make<atomic<int>>(0);
            s.thread("thread", [&own] {
                for (int i = 0; i < 20; ++i) {
                    own.fetch_add(1, relaxed);
                }
            });
        }
    };
    const result merged = expect_exhausted(undisturbed(), scene);
    EXPECT_LE(merged.executions, 20U * 20U + 1U);  // not 40! / (20! 20!) = 10^11
}

TEST(explore, an_invariant_is_checked_at_every_step)
{
    const auto scene = [](int together) {
        return [=](scenario& s) {
            auto& a = s.make<atomic<int>>(0);
            auto& b = s.make<atomic<int>>(0);
            s.thread("mover", [&, together] {
                if (together == 1) {
                    b.store(1, relaxed);
                    a.store(1, relaxed);
                } else {
                    a.store(1, relaxed);
                    b.store(1, relaxed);
                }
            });
            s.thread("idler", [] { step(); });
            s.invariant([&] { require(a.load(relaxed) <= b.load(relaxed), "a never precedes b"); });
        };
    };
    expect_found(failure_kind::requirement, {}, scene(0));
    expect_exhausted({}, scene(1));
}

TEST(explore, an_exception_that_leaves_a_thread_is_found)
{
    const result found = expect_found(failure_kind::exception, {}, [](scenario& s) {
        s.thread("thrower", [] { throw std::runtime_error{"as asked"}; });
    });
    EXPECT_NE(found.failed->message.find("as asked"), std::string::npos);
}

TEST(explore, exceptions_of_several_threads_are_in_flight_at_once)
{
    expect_exhausted(undisturbed(), [](scenario& s) {
        auto& word = s.make<atomic<int>>(0);
        for (int t = 0; t < 2; ++t) {
            s.thread("thrower", [&word, t] {
                try {
                    throw t;
                } catch (int mine) {
                    word.fetch_add(1, relaxed);  // another thread's handler runs meanwhile
                    try {
                        throw;
                    } catch (int again) {
                        require(again == mine, "each handler has its own exception");
                    }
                }
            });
        }
    });
}

TEST(explore, a_scenario_that_differs_from_run_to_run_is_reported)
{
    int runs = 0;
    const result found = explore({}, [&runs](scenario& s) {
        auto& word = s.make<atomic<int>>(0);
        const int steps = 2 + (++runs / 3) % 2;
        for (int t = 0; t < 2; ++t) {
            s.thread("thread", [&word, steps] {
                for (int i = 0; i < steps; ++i) {
                    word.fetch_add(steps, relaxed);
                }
            });
        }
    });
    ASSERT_TRUE(found.failed);
    EXPECT_EQ(found.failed->kind, failure_kind::nondeterminism) << found.summary();
}

/// Fails only if `needle` threads' steps come in exactly one of many orders.
body needle_in_a_haystack()
{
    return [](scenario& s) {
        auto& word = s.make<atomic<int>>(0);
        for (int t = 0; t < 3; ++t) {
            s.thread("thread", [&word, t] {
                for (int i = 0; i < 2; ++i) {
                    int expected = 2 - t + 3 * i;
                    word.compare_exchange_strong(expected, expected + 1, relaxed, relaxed);
                }
            });
        }
        s.finally([&] { require(word.load(relaxed) != 6, "the one bad order"); });
    };
}

TEST(explore, random_and_priority_searches_find_it_too_and_name_their_seed)
{
    for (const auto kind : {search::random, search::priorities}) {
        options how = undisturbed();
        how.how = kind;
        how.change_points = 6;
        how.max_executions = 200'000;
        const result found = expect_found(failure_kind::requirement, how, needle_in_a_haystack());
        ASSERT_TRUE(found.failed);
        how.seed = found.failed->seed;
        how.max_executions = 1;
        EXPECT_TRUE(explore(how, needle_in_a_haystack()).failed.has_value()) << "the seed alone repeats it";
    }
}

TEST(explore, a_trace_names_threads_objects_orders_values_and_lines)
{
    const result found = explore({}, [](scenario& s) {
        auto& word = s.make<atomic<int>>(0);
        s.name(&word, "the word");
        s.thread("writer", [&] { word.store(41, release); });
        s.thread("reader", [&] { require(word.load(acquire) == 0, "nobody writes"); });
    });
    ASSERT_TRUE(found.failed);
    for (const char* part : {"writer", "store the word release 0 -> 41", "reader",
                             "load the word acquire -> 41", "explore_test.cpp:"}) {
        EXPECT_NE(found.failed->trace.find(part), std::string::npos) << part << "\n" << found.failed->trace;
    }
}

TEST(explore, short_schedules_are_explored_quickly)
{
    // A figure to look at; no bound on it, since the machine may be busy.
    options how = undisturbed();
    how.merge_states = false;
    std::set<std::vector<int>> orders;
    const result found = explore(how, [](scenario& s) {
        auto& word = s.make<atomic<int>>(0);
        for (int t = 0; t < 2; ++t) {
            s.thread("thread", [&word] {
                for (int i = 0; i < 9; ++i) {
                    word.fetch_add(1, relaxed);
                }
            });
        }
    });
    EXPECT_EQ(found.complete, 48'620U);  // 18! / (9! 9!)
    std::cout << "  " << found.summary() << '\n';
}

}  // namespace
}  // namespace signalbox::simulated
