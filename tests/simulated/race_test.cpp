// Data races: what a lock with an order that is too weak lets through, on marked data and on plain memory.
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/cpu.hpp>

#include "explore.hpp"

#include <vector>

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;

struct spin_lock {
    std::memory_order lock_order = acquire;
    std::memory_order unlock_order = release;
    atomic<bool> held{false};

    void lock()
    {
        while (held.exchange(true, lock_order)) {
            platform::spin_pause();
        }
    }
    void unlock() { held.store(false, unlock_order); }
};

template <class Access>
body two_in_turn(std::memory_order lock_order, std::memory_order unlock_order, Access access)
{
    struct shared {
        spin_lock lock;
        shared_data<int> marked;
        std::vector<int> plain;
    };
    return [=](scenario& s) {
        auto& all = s.make<shared>();
        all.lock.lock_order = lock_order;
        all.lock.unlock_order = unlock_order;
        for (int i = 0; i < 2; ++i) {
            s.thread("thread", [&all, access] {
                all.lock.lock();
                access(all);
                all.lock.unlock();
            });
        }
    };
}

const auto on_marked_data = [](auto& all) { all.marked.write(all.marked.read() + 1); };
[[maybe_unused]] const auto on_plain_memory = [](auto& all) { all.plain.push_back(1); };

TEST(race, a_spin_lock_with_a_relaxed_unlock_is_found)
{
    expect_found(failure_kind::data_race, {}, two_in_turn(acquire, relaxed, on_marked_data));
}

TEST(race, a_spin_lock_with_a_relaxed_lock_is_found)
{
    expect_found(failure_kind::data_race, {}, two_in_turn(relaxed, release, on_marked_data));
}

TEST(race, a_spin_lock_with_acquire_and_release_passes)
{
    expect_exhausted({}, two_in_turn(acquire, release, on_marked_data));
}

#if !defined(__SANITIZE_ADDRESS__) && defined(SIGNALBOX_INSTRUMENTED)

TEST(race, plain_memory_of_instrumented_code_is_watched)
{
    expect_found(failure_kind::data_race, {}, two_in_turn(acquire, relaxed, on_plain_memory));
    expect_found(failure_kind::data_race, {}, two_in_turn(relaxed, release, on_plain_memory));
    expect_exhausted({}, two_in_turn(acquire, release, on_plain_memory));
}

TEST(race, neighbours_in_one_word_are_no_race)
{
    expect_exhausted({}, [](scenario& s) {
        struct bytes {
            alignas(8) char each[8] = {};
        };
        auto& of = s.make<bytes>();
        for (int i = 0; i < 2; ++i) {
            s.thread("thread", [&of, i] {
                of.each[i] = 1;
                step();
                of.each[i + 2] = 2;
            });
        }
    });
}

TEST(race, reads_by_several_threads_are_no_race_until_somebody_writes)
{
    const auto scene = [](bool writes) {
        return [=](scenario& s) {
            auto& value = s.make<int>(5);
            for (int i = 0; i < 3; ++i) {
                s.thread("reader", [&value] { require(value == 5, "nobody writes"); });
            }
            s.thread("writer", [&value, writes] {
                step();
                value = writes ? 5 : value;
            });
        };
    };
    expect_found(failure_kind::data_race, {}, scene(true));
}

TEST(race, a_race_of_plain_memory_is_found_in_whatever_order_the_threads_run)
{
    options how;
    how.preemptions = 0;
    expect_found(failure_kind::data_race, how, [](scenario& s) {
        auto& value = s.make<int>(0);
        s.thread("first", [&value] { value = 1; });
        s.thread("second", [&value] { value = 2; });
    });
}

#endif

}  // namespace
}  // namespace signalbox::simulated
