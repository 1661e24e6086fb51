// The waiter's side: a thread that stands in a queue, seen from outside under the lock of its bucket.
#include "core/waiting.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/platform/this_thread.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <stop_token>
#include <thread>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;
using signalbox::limit;
using signalbox::outcome;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto queued = owner_word::queued;
constexpr auto reserved = owner_word::reserved;

/// Waits until it holds; false after a time that no machine needs.
bool eventually(const std::function<bool()>& holds)
{
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

/// A thread that wants something of a cell. What it got is known once it has ended.
template <class Cell>
class one_that_waits {
public:
    outcome ended = outcome::closed;

    one_that_waits(Cell& cell, std::uint64_t wanted, limit until = {}, void (*before)(Cell&) = nullptr)
        : cell_{cell}, wanted_{wanted}, thread_{[this, until, before] {
              if (before != nullptr) {
                  before(cell_);
              }
              ended = acquire(cell_, wanted_, until);
          }}
    {
    }

    /// Whether it stands in the queue, and this holds for its record.
    bool stands(const std::function<bool(const waiter&)>& so) const
    {
        bucket& place = bucket_for(&cell_);
        place.lock.lock();
        const waiter* who = place.first(&cell_, Cell::kind);
        while (who != nullptr && !(who->wanted == wanted_ && who->thread != 0)) {
            who = who->next;
        }
        const bool result = who != nullptr && so(*who);
        place.lock.unlock();
        return result;
    }
    bool parks() const
    {
        return eventually([this] { return stands([](const waiter& who) { return is_parked(who); }); });
    }
    bool is_reserving() const
    {
        return stands([](const waiter& who) { return who.is_reserving; });
    }
    bool is_patient() const
    {
        return stands([](const waiter& who) { return who.is_patient; });
    }
    /// Tells it to look again, as a release does.
    void call_it()
    {
        wake_list wakes;
        stands([&wakes](const waiter& who) {
            call(const_cast<waiter&>(who), wakes);
            return true;
        });
        wakes.wake();
    }
    void join() { thread_.join(); }

private:
    Cell& cell_;
    const std::uint64_t wanted_;
    std::jthread thread_;
};

struct a_waiter_of_a_mutex : testing::Test {
    owner_cell cell{{5}};  // owned
    waiter record{&cell, cell_kind::owner, 11};

    a_waiter_of_a_mutex()
    {
        policy.spins = false;
        policy.deadlock_after = policy.never;  // what sleeps without a timer of its own sleeps on
    }
    ~a_waiter_of_a_mutex() override { policy = waiting_policy{}; }

    owner_word::type now() const { return cell.state.load(relaxed); }
    /// As an unlock by the owner.
    void release()
    {
        thread_context me;
        release_and_visit(cell, me, [this](owner_word::type forget) {
            auto word = now();
            while (!cell.state.compare_exchange_weak(word, owner_word::give(word) & ~forget)) {
            }
        });
    }
};

TEST_F(a_waiter_of_a_mutex, announces_itself_and_parks)
{
    one_that_waits<owner_cell> waits{cell, 7};
    EXPECT_TRUE(waits.parks());
    EXPECT_EQ(now(), queued | 5);
    EXPECT_FALSE(waits.is_patient());
    release();
    waits.join();
    EXPECT_EQ(waits.ended, outcome::acquired);
    EXPECT_EQ(now(), 7U);
}

TEST_F(a_waiter_of_a_mutex, that_is_called_in_vain_reserves_and_is_handed_it)
{
    one_that_waits<owner_cell> waits{cell, 7};
    EXPECT_TRUE(waits.parks());
    EXPECT_FALSE(waits.is_reserving());
    waits.call_it();
    EXPECT_TRUE(eventually([&waits] { return waits.is_reserving(); }));
    EXPECT_TRUE(waits.parks());
    EXPECT_EQ(now(), queued | reserved | 5);
    waits.call_it();
    EXPECT_TRUE(waits.parks());
    EXPECT_TRUE(waits.is_reserving()) << "a reservation lasts";
    release();
    waits.join();
    EXPECT_EQ(now(), 7U);
}

TEST_F(a_waiter_of_a_mutex, that_is_not_first_reserves_nothing)
{
    const parked_line line{&record};
    cell.state.fetch_or(queued);
    one_that_waits<owner_cell> waits{cell, 7};
    EXPECT_TRUE(waits.parks());
    waits.call_it();
    EXPECT_TRUE(waits.parks());
    EXPECT_FALSE(waits.is_reserving());
    EXPECT_EQ(now(), queued | 5);
    cell.state.store(queued);
    waits.call_it();
    waits.join();
    EXPECT_EQ(now(), queued | 7) << "it was called, so that it may pass by";
}

TEST_F(a_waiter_of_a_mutex, that_was_not_called_does_not_pass_by_the_first)
{
    policy.heir_grace = policy.slice_most = policy.patience_grace = 1ns;  // it looks again by itself, soon
    const parked_line line{&record};
    record.is_patient = true;
    cell.state.fetch_or(queued);
    std::stop_source stop;
    one_that_waits<owner_cell> waits{cell, 7, stop.get_token()};
    EXPECT_TRUE(waits.parks());
    EXPECT_TRUE(waits.is_patient()) << "as the one before it";
    cell.state.store(queued | reserved);
    waits.call_it();
    EXPECT_TRUE(waits.parks()) << "it was called, but another one has reserved";
    EXPECT_EQ(now(), queued | reserved);
    stop.request_stop();
    waits.join();
    EXPECT_EQ(waits.ended, outcome::stopped);
}

TEST_F(a_waiter_of_a_mutex, behind_one_that_is_not_patient_is_not_patient)
{
    const parked_line line{&record};
    cell.state.fetch_or(queued);
    one_that_waits<owner_cell> waits{cell, 7, limit{}};
    EXPECT_TRUE(waits.parks());
    EXPECT_FALSE(waits.is_patient());
    cell.state.store(queued);
    waits.call_it();
    waits.join();
}

TEST_F(a_waiter_of_a_mutex, that_stands_aside_is_patient_until_its_patience_ends)
{
    const auto stand_aside = [](owner_cell& at) { signalbox::platform::this_thread().expelled = &at; };
    policy.patience_grace = 1h;
    std::stop_source stop;
    one_that_waits<owner_cell> patient{cell, 7, stop.get_token(), stand_aside};
    EXPECT_TRUE(patient.parks());
    EXPECT_TRUE(patient.is_patient());
    EXPECT_FALSE(patient.is_reserving());
    stop.request_stop();
    patient.join();
    EXPECT_EQ(now(), 5U);
    policy.patience_grace = 1ms;
    one_that_waits<owner_cell> waits{cell, 8, {}, stand_aside};
    EXPECT_TRUE(eventually([&waits] { return waits.is_reserving(); })) << "its sleep is timed";
    EXPECT_TRUE(waits.parks());
    EXPECT_EQ(now(), queued | reserved | 5);
    release();
    waits.join();
}

TEST_F(a_waiter_of_a_mutex, that_has_reserved_spins_once_if_spinning_pays)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    policy.spins = true;
    policy.spin_least = policy.spin_most = 1ms;
    one_that_waits<owner_cell> waits{cell, 7};
    EXPECT_TRUE(waits.parks());
    policy.spin_least = policy.spin_most = 1h;
    waits.call_it();
    EXPECT_TRUE(eventually([&] { return now() == (queued | reserved | 5); }));
    EXPECT_TRUE(waits.stands([](const waiter& who) { return !is_parked(who); })) << "it spins";
    release();
    waits.join();
    EXPECT_EQ(now(), 7U);
}

TEST_F(a_waiter_of_a_mutex, that_was_served_from_its_own_core_parks_at_once)
{
    policy.spins = true;
    policy.spin_least = policy.spin_most = 1h;
    one_that_waits<owner_cell> waits{
        cell, 7, {}, [](owner_cell& at) { signalbox::platform::this_thread().same_core = &at; }};
    EXPECT_TRUE(waits.parks());
    EXPECT_EQ(now(), queued | 5);
    release();
    waits.join();
}

TEST_F(a_waiter_of_a_mutex, that_missed_many_releases_is_patient)
{
    if (signalbox::platform::cpu_count() == 1) {
        GTEST_SKIP() << "on one core nobody spins";
    }
    policy.spins = true;
    policy.spin_least = policy.spin_most = policy.patience_grace = 1h;
    one_that_waits<owner_cell> waits{cell, 7};
    EXPECT_TRUE(eventually([this] { return (now() & owner_word::spinning) != 0; }));
    cell.state.fetch_add(owner_word::one_release * policy.missed_most);
    EXPECT_TRUE(waits.parks());
    EXPECT_TRUE(waits.is_patient());
    waits.call_it();
    cell.state.store(queued);
    waits.call_it();
    waits.join();
}

TEST(a_waiter_of_a_semaphore, for_several_permits_reserves_them_only_when_it_is_first)
{
    permit_cell cell{{permit_word::make(3, false)}, {3}};
    waiter record{&cell, cell_kind::permits, 1};
    std::stop_source stop;
    {
        const parked_line line{&record};
        cell.state.fetch_or(permit_word::queued);
        one_that_waits<permit_cell> waits{cell, 2, stop.get_token()};
        EXPECT_TRUE(waits.parks());
        EXPECT_EQ(cell.state.load(relaxed), permit_word::make(3, false) | permit_word::queued);
        stop.request_stop();
        waits.join();
    }
    cell.state.store(permit_word::make(3, false));
    stop = {};
    one_that_waits<permit_cell> waits{cell, 2, stop.get_token()};
    EXPECT_TRUE(waits.parks());
    EXPECT_EQ(cell.state.load(relaxed),
              permit_word::make(3, false) | permit_word::queued | permit_word::reserved);
    stop.request_stop();
    waits.join();
    EXPECT_EQ(cell.state.load(relaxed), permit_word::make(3, false));
}

}  // namespace
