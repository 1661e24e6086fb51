// Edges that the pairs of operations do not reach: what came before one operation is visible after another.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <system_error>

#include <signalbox/deadlock.hpp>
#include <signalbox/event.hpp>
#include <signalbox/latch.hpp>
#include <signalbox/platform/atomic.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/thread_id.hpp>

#include "core/bucket_lock.hpp"
#include "explore.hpp"
#include "shipped.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t executions_each = 20'000;

/// Who receives what was sent sees the message.
template <class Channel>
void expect_delivery(const char* name, void (*send)(Channel&), bool (*receive)(Channel&),
                     void (*begin)() = nullptr)
{
    const body scene = [=](scenario& s) {
        if (begin != nullptr) {
            begin();
        }
        auto& channel = s.make<Channel>();
        auto& message = s.make<shared_data<int>>(0);
        s.thread("sender", [&channel, &message, send] {
            message.write(1);
            send(channel);
        });
        s.thread("receiver", [&channel, &message, receive] {
            if (receive(channel)) {
                require(message.read() == 1, "what was done before it was sent");
            }
        });
    };
    explore_variants(name, scene, executions_each);
}

TEST(simulated_edge, of_an_event_goes_to_who_resets_it)
{
    expect_delivery<signalbox::event>(
        "set, reset", [](auto& e) { e.set(); }, [](auto& e) { return e.reset(); });
}

TEST(simulated_edge, of_an_event_that_resets_itself_goes_to_who_takes_it)
{
    using event = signalbox::auto_reset_event;
    expect_delivery<event>(
        "set, try_wait", [](event& e) { e.set(); }, [](event& e) { return e.try_wait(); });
    expect_delivery<event>(
        "set, wait_for", [](event& e) { e.set(); }, [](event& e) { return e.wait_for(1ms); });
}

TEST(simulated_edge, of_a_latch_that_is_counted_down_by_several_goes_to_who_finds_it_open)
{
    struct latch_of_two : signalbox::latch {
        latch_of_two() : latch{2} {}
    };
    expect_delivery<latch_of_two>(
        "count_down(2), try_wait", [](auto& l) { l.count_down(2); }, [](auto& l) { return l.try_wait(); });
}

TEST(simulated_edge, of_a_bucket_goes_to_who_tries_to_lock_it)
{
    struct locked_bucket : detail::bucket_lock {
        locked_bucket() { lock(); }
    };
    expect_delivery<locked_bucket>(
        "unlock, try_lock", [](auto& l) { l.unlock(); }, [](auto& l) { return l.try_lock(2); });
}

[[noreturn]] void prepared_handler(const deadlock_error& found)
{
    throw found;
}

TEST(simulated_edge, of_a_deadlock_handler_goes_to_who_calls_it_and_to_who_replaces_it)
{
    const auto begin = [] { static_cast<void>(set_deadlock_handler(throw_deadlock)); };
    const auto set = [](int& /*nothing*/) { static_cast<void>(set_deadlock_handler(prepared_handler)); };
    expect_delivery<int>(
        "set, get", set, [](int&) { return get_deadlock_handler() == prepared_handler; }, begin);
    expect_delivery<int>(
        "set, set", set, [](int&) { return set_deadlock_handler(throw_deadlock) == prepared_handler; },
        begin);
    begin();
}

/// A semaphore that shrinks. Who takes by the old capacity after that leaves it owing when nobody may.
struct shrinking {
    signalbox::semaphore semaphore;
    ghost<bool> is_taken{false};
    ghost<bool> owes{false};

    explicit shrinking(std::ptrdiff_t initial, std::ptrdiff_t capacity)
        : semaphore{initial, semaphore_options{.capacity = capacity}}
    {
    }
    void shrink(std::ptrdiff_t capacity)
    {
        semaphore.resize(capacity);
        const bool is = semaphore.available() < 0;
        owes.update([is](bool& now) { now = is; });
    }
    void taken(bool is)
    {
        is_taken.update([is](bool& now) { now = is; });
    }
};

/// Everybody's reads may be old, and every thread may spin: the variants have either.
void expect_no_overtaking(const body& scene)
{
    detail::policy = short_waits(true);
    options how = shipped_options();
    how.stale_reads = how.rushed_pauses = 1;
    how.preemptions = 3;
    how.max_executions = 100'000;  // all of them: an order that is missing shows late, and they take 0.2 s
    const result found = explore(how, scene);
    EXPECT_FALSE(found.failed) << found.summary();
    detail::policy = detail::waiting_policy{};
}

TEST(simulated_edge, of_a_resize_goes_to_who_has_lost_a_race_to_it)
{
    expect_no_overtaking([](scenario& s) {
        auto& w = s.make<shrinking>(2, 3);
        s.thread("shrinker", [&w] {
            w.semaphore.resize(3);
            w.shrink(2);
        });
        s.thread("taker", [&w] { w.taken(w.semaphore.try_acquire(2)); });
        s.finally([&w] { require(w.owes.value() == w.is_taken.value(), "taken before, or not at all"); });
    });
}

TEST(simulated_edge, of_a_resize_goes_to_who_spins)
{
    expect_no_overtaking([](scenario& s) {
        auto& w = s.make<shrinking>(0, 2);
        s.thread("shrinker", [&w] {
            w.semaphore.release();
            w.shrink(1);
        });
        s.thread("taker", [&w] { w.taken(is_acquired(w.semaphore.acquire(1, 1ms))); });
        s.finally([&w] { require(w.owes.value() == w.is_taken.value(), "taken before, or not at all"); });
    });
}

/// While a mistaken release is taken back nothing is free that was not, and what was free can be taken.
TEST(simulated_mistake, hides_nothing_that_is_free)
{
    using attempt = bool (*)(signalbox::semaphore&);
    const attempt attempts[] = {[](auto& s) { return s.try_acquire(); },
                                [](auto& s) { return is_acquired(s.acquire(1, 0ms)); },
                                [](auto& s) { return s.available() == 1; }};
    for (const attempt succeeds : attempts) {
        explore_variants(
            "beside a mistaken release",
            [succeeds](scenario& s) {
                auto& semaphore = s.make<signalbox::semaphore>(1, semaphore_options{.capacity = 1});
                s.thread("mistaken", [&semaphore] {
                    try {
                        semaphore.release();
                    } catch (const std::system_error&) {
                    }
                });
                s.thread("other", [&semaphore, succeeds] { require(succeeds(semaphore), "one is free"); });
            },
            executions_each / 10);
    }
}

TEST(simulated_identity, is_given_to_one_of_two_that_ask_at_once)
{
    options how = shipped_options();
    how.threads_are_known = false;
    expect_exhausted(how, [](scenario& s) {
        auto& ids = s.make<std::array<platform::atomic<std::uint32_t>, 2>>();
        for (const unsigned i : {0U, 1U}) {
            s.thread("asks", [&ids, i] {
                ids[i].store(this_thread_id().value(), std::memory_order_seq_cst);
                const auto seen = [&ids](unsigned at) { return ids[at].load(std::memory_order_seq_cst); };
                pause_until([&seen] { return seen(0) != 0 && seen(1) != 0; });
                require(seen(0) != seen(1), "they are told apart");
            });
        }
    });
}

}  // namespace
}  // namespace signalbox::simulated
