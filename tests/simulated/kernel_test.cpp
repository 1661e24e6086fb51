// Sleeping and waking, tried on textbook algorithms whose bugs are known.
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/wait.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;

/// A semaphore that sleeps on a count of releases, with each line that can be wrong as a choice.
struct textbook_semaphore {
    atomic<std::uint32_t> permits{0};
    atomic<std::uint32_t> releases{0};
    bool looks_in_time = true;  // bug if not: a release between the two looks is slept through
    bool looks_again = true;    // bug if not: a spurious wake-up counts as a permit

    bool try_take()
    {
        std::uint32_t seen = permits.load(relaxed);
        while (seen > 0) {
            if (permits.compare_exchange_weak(seen, seen - 1, acquire, relaxed)) {
                return true;
            }
        }
        return false;
    }
    void acquire_one()
    {
        for (;;) {
            std::uint32_t seen = releases.load(acquire);
            if (try_take()) {
                return;
            }
            seen = looks_in_time ? seen : releases.load(acquire);
            platform::wait(releases, seen);
            if (!looks_again) {
                require(permits.fetch_sub(1, acquire) > 0, "whoever is woken finds a permit");
                return;
            }
        }
    }
    void release_one()
    {
        permits.fetch_add(1, release);
        releases.fetch_add(1, release);
        platform::wake_one(releases);
    }
};

body taker_and_giver(void (*break_it)(textbook_semaphore&))
{
    return [=](scenario& s) {
        auto& semaphore = s.make<textbook_semaphore>();
        break_it(semaphore);
        s.thread("taker", [&] { semaphore.acquire_one(); });
        s.thread("giver", [&] { semaphore.release_one(); });
        s.finally([&] { require(semaphore.permits.load(relaxed) == 0, "one given, one taken"); });
    };
}

TEST(kernel, a_right_futex_semaphore_passes)
{
    expect_exhausted({}, taker_and_giver([](textbook_semaphore&) {}));
}

TEST(kernel, the_textbook_lost_wakeup_is_found)
{
    expect_found(failure_kind::lost_wakeup, {},
                 taker_and_giver([](textbook_semaphore& it) { it.looks_in_time = false; }));
}

TEST(kernel, a_spurious_wakeup_that_counts_as_a_permit_is_found)
{
    options how;
    how.stale_reads = 0;
    const auto broken = taker_and_giver([](textbook_semaphore& it) { it.looks_again = false; });
    expect_found(failure_kind::requirement, how, broken);
    how.spurious_wakes = 0;
    how.weak_failures = 0;
    expect_exhausted(how, broken);  // nothing else is wrong with it
}

TEST(kernel, two_wakeups_for_two_sleepers_and_one_that_takes_both_is_found)
{
    // The waker counts one sleeper where there may be two.
    const body broken = [](scenario& s) {
        auto& word = s.make<atomic<std::uint32_t>>(0U);
        for (int i = 0; i < 2; ++i) {
            s.thread("sleeper", [&] {
                while (word.load(acquire) == 0) {
                    platform::wait(word, 0);
                }
            });
        }
        s.thread("waker", [&] {
            word.store(1, release);
            platform::wake_one(word);
        });
    };
    expect_found(failure_kind::lost_wakeup, {}, broken);
    const body fixed = [](scenario& s) {
        auto& word = s.make<atomic<std::uint32_t>>(0U);
        for (int i = 0; i < 2; ++i) {
            s.thread("sleeper", [&] {
                while (word.load(acquire) == 0) {
                    platform::wait(word, 0);
                }
            });
        }
        s.thread("waker", [&] {
            word.store(1, release);
            platform::wake_all(word);
        });
    };
    expect_exhausted({}, fixed);
}

TEST(kernel, a_deadlock_is_found)
{
    struct two_locks {
        atomic<std::uint32_t> word[2] = {};
        void lock(int which)
        {
            while (word[which].exchange(1, acquire) != 0) {
                platform::wait(word[which], 1);
            }
        }
        void unlock(int which)
        {
            word[which].store(0, release);
            platform::wake_one(word[which]);
        }
    };
    const auto scene = [](int first_of_b) {
        return [=](scenario& s) {
            auto& locks = s.make<two_locks>();
            const auto work = [&locks](int first) {
                locks.lock(first);
                locks.lock(1 - first);
                locks.unlock(1 - first);
                locks.unlock(first);
            };
            s.thread("a", [=] { work(0); });
            s.thread("b", [=] { work(first_of_b); });
        };
    };
    const result found = expect_found(failure_kind::deadlock, {}, scene(1));
    EXPECT_NE(found.failed->message.find("a sleeps in wait"), std::string::npos) << found.failed->message;
    expect_exhausted({}, scene(0));
}

TEST(kernel, threads_run_on_as_many_cores_as_the_options_say)
{
    options how;
    how.cpus = 3;
    expect_exhausted(how, [](scenario& s) {
        s.thread("one",
                 [] { require(platform::current_cpu() == 1 && platform::cpu_count() == 3, "core 1 of 3"); });
        s.thread("two", [] { require(platform::current_cpu() == 2, "core 2"); });
        s.thread("three", [] { require(platform::current_cpu() == 0, "core 0 again"); });
    });
}

TEST(kernel, a_lost_race_1_0_1_is_found)
{
    // ABA: the taker compares a word that was taken and given back meanwhile, and believes that nothing
    // happened.
    const auto scene = [](std::uint32_t step) {
        return [=](scenario& s) {
            auto& word =
                s.make<atomic<std::uint32_t>>(1U);  // low half: is free; high half: how often it was given
            auto& data = s.make<atomic<int>>(0);
            s.thread("slow", [&] {
                std::uint32_t seen = word.load(acquire);
                const int before = data.load(relaxed);
                if ((seen & 1) != 0 && word.compare_exchange_strong(seen, seen - 1, acq_rel, relaxed)) {
                    require(data.load(relaxed) == before, "nobody had it since the look");
                }
            });
            s.thread("quick", [&, step] {
                std::uint32_t seen = word.load(acquire);
                if ((seen & 1) != 0 && word.compare_exchange_strong(seen, seen - 1, acq_rel, relaxed)) {
                    data.store(1, relaxed);
                    word.fetch_add(1 + step, release);
                }
            });
        };
    };
    options how;
    how.stale_reads = 0;
    expect_found(failure_kind::requirement, how, scene(0));
    expect_exhausted(how, scene(0x10000));
}

}  // namespace
}  // namespace signalbox::simulated
