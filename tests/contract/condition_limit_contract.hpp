// What a condition variable of any scope promises of waits with a limit: how deadlines, stops and notifies
// end them, and that no notification is lost when it meets one of the others.
//
// Instantiated like tests/contract/condition_contract.hpp.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"
#include "signal_storm.hpp"
#include "waiting_room.hpp"

namespace signalbox::contract {

template <class Scope>
class condition_limit_contract : public ::testing::Test {
protected:
    using room_type = waiting_room<Scope>;
    using lock_type = typename room_type::lock_type;
    using timed_call = std::function<bool(room_type&, lock_type&)>;  // whether it was notified

    /// Every wait with a limit, given `span` in each way that a limit can be given.
    template <class Span>
    static void add_lasting(std::vector<timed_call>& calls, Span span)
    {
        const auto was_notified = [](room_type& r) { return [&r] { return r.is_open; }; };
        calls.push_back([=](room_type& r, lock_type& l) { return is_acquired(r.condition.wait(l, span)); });
        calls.push_back([=](room_type& r, lock_type& l) {
            return is_acquired(r.condition.wait(l, {span, platform::stop_token{}}));
        });
        calls.push_back([=](room_type& r, lock_type& l) {
            return r.condition.wait_for(l, span) == std::cv_status::no_timeout;
        });
        calls.push_back(
            [=](room_type& r, lock_type& l) { return r.condition.wait_for(l, span, was_notified(r)); });
        calls.push_back([=](room_type& r, lock_type& l) {
            return r.condition.wait_for(l, platform::stop_token{}, span, was_notified(r));
        });
        calls.push_back([=](room_type& r, lock_type& l) {
            return is_acquired(r.condition.wait(l, span, was_notified(r)));
        });
    }

    template <class Point>
    static void add_until(std::vector<timed_call>& calls, Point point)
    {
        const auto was_notified = [](room_type& r) { return [&r] { return r.is_open; }; };
        calls.push_back([=](room_type& r, lock_type& l) { return is_acquired(r.condition.wait(l, point)); });
        calls.push_back([=](room_type& r, lock_type& l) {
            return r.condition.wait_until(l, point) == std::cv_status::no_timeout;
        });
        calls.push_back(
            [=](room_type& r, lock_type& l) { return r.condition.wait_until(l, point, was_notified(r)); });
        calls.push_back([=](room_type& r, lock_type& l) {
            return r.condition.wait_until(l, platform::stop_token{}, point, was_notified(r));
        });
    }

    static std::vector<timed_call> calls_that_must_not_wait()
    {
        std::vector<timed_call> calls;
        add_lasting(calls, 0s);
        add_lasting(calls, std::chrono::hours::min());
        add_lasting(calls, std::chrono::duration<double>(-1e300));
        add_lasting(calls, std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()));
        add_until(calls, clock::now());
        add_until(calls, clock::time_point::min());
        add_until(calls, std::chrono::system_clock::time_point::min());
        return calls;
    }

    static std::vector<timed_call> calls_that_wait_for_ever()
    {
        std::vector<timed_call> calls;
        add_lasting(calls, std::chrono::hours::max());
        add_lasting(calls, std::chrono::duration<double>(1e300));
        add_lasting(calls, std::chrono::duration<std::uint64_t>::max());
        add_until(calls, clock::time_point::max());
        add_until(calls, std::chrono::system_clock::time_point::max());
        return calls;
    }
};

TYPED_TEST_SUITE_P(condition_limit_contract);

TYPED_TEST_P(condition_limit_contract, a_deadline_that_has_passed_does_not_wait_and_keeps_the_mutex)
{
    waiting_room<TypeParam> room;
    std::unique_lock lock{room.mutex};
    for (const auto& call : this->calls_that_must_not_wait()) {
        EXPECT_FALSE(call(room, lock));
        EXPECT_TRUE(lock.owns_lock() && room.mutex.owner() == this_thread_id());
    }
    room.is_open = true;
    EXPECT_TRUE(room.condition.wait_for(lock, -1s, [&] { return room.is_open; })) << "the predicate decides";
}

TYPED_TEST_P(condition_limit_contract, even_a_wait_of_no_time_lets_others_have_the_mutex)
{
    waiting_room<TypeParam> room;
    std::unique_lock lock{room.mutex};
    auto other = start([&] {
        const std::lock_guard guard{room.mutex};
        room.is_open = true;
    });
    const auto give_up = clock::now() + patience();
    while (!room.is_open && clock::now() < give_up) {
        (void)room.condition.wait_for(lock, 0s);
    }
    EXPECT_TRUE(room.is_open);
}

TYPED_TEST_P(condition_limit_contract, a_limit_beyond_the_clock_waits_until_it_is_notified)
{
    for (const auto& call : this->calls_that_wait_for_ever()) {
        waiting_room<TypeParam> room;
        auto waiter = start([&] { return room.waits([&](auto& lock) { return call(room, lock); }); });
        ASSERT_TRUE(room.holds(1));
        ASSERT_TRUE(waiter.falls_asleep());
        EXPECT_FALSE(waiter.is_done());
        {
            const std::lock_guard lock{room.mutex};
            room.is_open = true;
        }
        room.condition.notify_one();
        EXPECT_TRUE(waiter.get());
    }
}

TYPED_TEST_P(condition_limit_contract, a_wait_never_ends_before_its_deadline_nor_by_a_signal)
{
    waiting_room<TypeParam> room;
    std::deque<task<bool>> waiters;
    for (int i = 0; i < 3; ++i) {
        waiters.emplace_back([&] {
            bool is_early = false;
            for (const auto span : {1us, 100us, 2'000us, 20'000us}) {
                const auto deadline = clock::now() + span;
                is_early |= room.waits(
                    [&](auto& lock) { return room.condition.wait(lock, deadline) != outcome::timed_out; });
                is_early |= clock::now() < deadline;
            }
            return is_early;
        });
    }
    auto patient = start([&] { return room.waits(); });
    signal_storm{}.rages_over(waiters);
    for (auto& waiter : waiters) {
        EXPECT_FALSE(waiter.get());
    }
    signal_storm::strikes(patient);
    ASSERT_TRUE(room.holds(1));
    room.condition.notify_one();
    EXPECT_TRUE(patient.get());
}

TYPED_TEST_P(condition_limit_contract, a_stop_that_was_requested_before_ends_the_wait_at_once)
{
    waiting_room<TypeParam> room;
    platform::stop_source source;
    source.request_stop();
    std::unique_lock lock{room.mutex};
    EXPECT_EQ(room.condition.wait(lock, source.get_token()), outcome::stopped);
    EXPECT_EQ(room.condition.wait(lock, {1h, source.get_token()}), outcome::stopped);
    EXPECT_EQ(room.condition.wait(lock, source.get_token(), [] { return false; }), false);
    EXPECT_EQ(room.condition.wait(lock, source.get_token(), [] { return true; }), true);
    const limit stopped{source.get_token()};
    EXPECT_EQ(room.condition.wait(lock, stopped, [] { return false; }), outcome::stopped);
    EXPECT_EQ(room.condition.wait(lock, stopped, [] { return true; }), outcome::acquired);
    EXPECT_TRUE(lock.owns_lock());
}

TYPED_TEST_P(condition_limit_contract, a_stop_ends_a_wait)
{
    waiting_room<TypeParam> room;
    platform::stop_source source;
    const auto token = source.get_token();
    auto plain = start([&] { return room.waits([&](auto& l) { return room.condition.wait(l, token); }); });
    auto timed = start([&] {
        return room.waits([&](auto& l) { return room.condition.wait(l, {24h, token}); });
    });
    auto any = start([&] {
        return room.waits([&](auto& l) { return room.condition.wait(l, token, [] { return false; }); });
    });
    auto any_for = start([&] {
        return room.waits(
            [&](auto& l) { return room.condition.wait_for(l, token, 24h, [] { return false; }); });
    });
    ASSERT_TRUE(room.holds(4));
    source.request_stop();
    EXPECT_EQ(plain.get(), outcome::stopped);
    EXPECT_EQ(timed.get(), outcome::stopped);
    EXPECT_FALSE(any.get());
    EXPECT_FALSE(any_for.get());
    EXPECT_EQ(room.mutex.owner(), decltype(room.mutex.owner())::none);
}

TYPED_TEST_P(condition_limit_contract, a_notification_that_meets_a_time_out_or_a_stop_is_not_lost)
{
    dice chance{7};
    for (int round = 0; round < 800; ++round) {
        waiting_room<TypeParam> room;
        platform::stop_source source;
        const std::chrono::nanoseconds span{chance.below(300'000)};
        auto hasty = start([&] {
            return room.waits([&](auto& lock) {
                return room.condition.wait(lock, {span, source.get_token()});
            });
        });
        auto patient = start([&] { return room.waits(); });
        require([&] { return room.count(&waiting_room<TypeParam>::waiting) >= 1; });
        dawdle(chance.below(200'000));
        if (chance.below(2) == 0) {
            source.request_stop();
        }
        // from here on one of those who wait at the notify must go on
        const int before = room.count(&waiting_room<TypeParam>::waiting);
        room.condition.notify_one();
        const outcome ended = hasty.get();
        if (ended == outcome::acquired || before < 2) {
            require([&] {  // the other may not have waited yet, or was left alone
                room.condition.notify_one();
                return patient.is_done();
            });
        }
        ASSERT_TRUE(eventually([&] { return patient.is_done(); })) << round << ": " << to_string(ended);
    }
}

TYPED_TEST_P(condition_limit_contract, a_notification_reaches_somebody_in_a_storm_of_time_outs)
{
    waiting_room<TypeParam> room;
    std::atomic<bool> is_over{false};
    std::deque<task<bool>> storm;
    for (int i = 0; i < 3; ++i) {
        storm.emplace_back([&] {
            while (!is_over.load()) {
                (void)room.waits([&](auto& lock) {
                    room.notified += room.condition.wait(lock, 20us) == outcome::acquired ? 1 : 0;
                    return true;
                });
            }
            return true;
        });
    }
    auto patient = start([&] {
        while (!is_over.load()) {
            room.waits();
        }
    });
    for (int round = 0; round < 500; ++round) {
        require([&] {
            const std::lock_guard lock{room.mutex};
            if (room.patient == 0) {  // those of the storm may have timed out, and wait for the mutex only
                return false;
            }
            room.notified = 0;
            room.condition.notify_one();
            return true;
        });
        ASSERT_TRUE(eventually([&] { return room.count(&waiting_room<TypeParam>::notified) == 1; }));
    }
    is_over.store(true);
    require([&] {
        room.condition.notify_all();
        return patient.is_done();
    });
}

REGISTER_TYPED_TEST_SUITE_P(condition_limit_contract,
                            a_deadline_that_has_passed_does_not_wait_and_keeps_the_mutex,
                            even_a_wait_of_no_time_lets_others_have_the_mutex,
                            a_limit_beyond_the_clock_waits_until_it_is_notified,
                            a_wait_never_ends_before_its_deadline_nor_by_a_signal,
                            a_stop_that_was_requested_before_ends_the_wait_at_once, a_stop_ends_a_wait,
                            a_notification_that_meets_a_time_out_or_a_stop_is_not_lost,
                            a_notification_reaches_somebody_in_a_storm_of_time_outs);

}  // namespace signalbox::contract
