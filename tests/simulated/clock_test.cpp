// The virtual clock and pausing: time moves when nobody can run, and as a choice at any timed sleep.
#include <chrono>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/wait.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;
using enum std::memory_order;
using platform::atomic;

TEST(clock, a_timeout_comes_at_every_step)
{
    // The waiter gives up; whoever grants must see that, or the grant is lost.
    const auto scene = [](bool looks_once_more) {
        return [=](scenario& s) {
            auto& grant = s.make<atomic<std::uint32_t>>(0U);
            auto& lost = s.make<ghost<int>>(0);
            s.thread("waiter", [&, looks_once_more] {
                const auto deadline = platform::now() + 1ms;
                bool in_time = true;
                while (in_time && grant.load(acquire) == 0) {
                    in_time = platform::wait_until(grant, 0, deadline);
                }
                if (!in_time) {
                    std::uint32_t none = 0;
                    const bool left = looks_once_more
                                          ? grant.compare_exchange_strong(none, 2, acq_rel, acquire)
                                          : (grant.store(2, relaxed), true);
                    lost.update([&](int& value) { value = left ? value : 0; });
                }
            });
            s.thread("granter", [&] {
                std::uint32_t none = 0;
                if (grant.compare_exchange_strong(none, 1, acq_rel, acquire)) {
                    platform::wake_one(grant);
                    lost.update([](int& value) { value = 1; });
                }
            });
            s.finally([&] {
                require(!(lost.value() == 1 && grant.load(relaxed) == 2),
                        "a grant that was made is not given up");
            });
        };
    };
    expect_found(failure_kind::requirement, {}, scene(false));
    expect_exhausted({}, scene(true));
}

TEST(clock, time_moves_to_the_next_deadline_when_nobody_can_run)
{
    expect_exhausted({}, [](scenario& s) {
        auto& word = s.make<atomic<std::uint32_t>>(0U);
        const auto begin = platform::now();
        s.thread("sleeper", [&, begin] {
            while (platform::wait_until(word, 0, begin + 5s)) {
            }
            require(platform::now() >= begin + 5s, "not before its time");
        });
        s.thread("other sleeper", [&, begin] {
            while (platform::wait_until(word, 0, begin + 3s)) {
            }
            require(platform::now() >= begin + 3s, "not before its time");
        });
    });
}

TEST(clock, a_deadline_in_the_past_does_not_sleep)
{
    expect_exhausted({}, [](scenario& s) {
        auto& word = s.make<atomic<std::uint32_t>>(0U);
        s.thread("hasty", [&] {
            require(!platform::wait_until(word, 0, std::chrono::steady_clock::time_point::min()),
                    "it has passed");
            require(platform::wait_until(word, 1, std::chrono::steady_clock::time_point::min()),
                    "the word differs");
        });
        s.finally([] { require(idle_jumps() == 0, "nobody had to wait for the clock"); });
    });
}

TEST(clock, a_wait_without_end_has_no_deadline)
{
    expect_found(failure_kind::lost_wakeup, {}, [](scenario& s) {
        auto& word = s.make<atomic<std::uint32_t>>(0U);
        s.thread("patient", [&] {
            while (platform::wait_until(word, 0, std::chrono::steady_clock::time_point::max())) {
            }
        });
    });
}

TEST(clock, a_spinning_thread_lets_others_go_on_and_its_time_passes)
{
    expect_exhausted({}, [](scenario& s) {
        auto& flag = s.make<atomic<int>>(0);
        s.thread("spinner", [&] {
            while (flag.load(acquire) == 0) {
                platform::spin_pause();
            }
        });
        s.thread("setter", [&] { flag.store(1, release); });
    });
    expect_exhausted({}, [](scenario& s) {
        s.thread("alone", [] {
            const auto end = platform::now() + 50us;
            while (platform::now() < end) {
                platform::spin_pause();
            }
        });
    });
}

TEST(clock, two_threads_that_only_spin_are_a_livelock)
{
    const result found = expect_found(failure_kind::livelock, {}, [](scenario& s) {
        auto& turn = s.make<atomic<int>>(0);
        for (int i = 0; i < 2; ++i) {
            s.thread("polite", [&] {
                while (turn.load(relaxed) == 0) {
                    platform::spin_pause();
                }
            });
        }
    });
    EXPECT_FALSE(found.failed->schedule.find('\n') != std::string::npos);
}

}  // namespace
}  // namespace signalbox::simulated
