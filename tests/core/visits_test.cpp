// Every public operation that lets something go finds who waits for it: a record that stands in the queue.
//
// Because      The cell of each object is its first member, so that a record can wait at the object's own
//              address.
#include "core/waiting.hpp"

#include <signalbox/barrier.hpp>
#include <signalbox/condition_variable.hpp>
#include <signalbox/event.hpp>
#include <signalbox/latch.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <thread>

#include "records.hpp"

namespace {

using namespace signalbox::detail;
using namespace std::chrono_literals;

constexpr auto relaxed = std::memory_order_relaxed;

/// A record that waits at an object whose word says so.
template <class Cell>
class waits_at {
public:
    waits_at(const void* object, std::uint64_t wanted)
        : cell_{*static_cast<Cell*>(const_cast<void*>(object))}, who_{object, Cell::kind, wanted}
    {
        using word = typename Cell::word;
        const bool reserves = Cell::reserves(now(), wanted, false);
        cell_.state.fetch_or(word::queued | (reserves ? word::reserved : 0), relaxed);
    }

    [[nodiscard]] typename Cell::word::type now() const { return cell_.state.load(relaxed); }
    [[nodiscard]] bool is_asleep() const { return is_parked(who_); }
    [[nodiscard]] bool is_granted() const { return who_.is_granted(); }
    [[nodiscard]] bool is_called() const { return state_of(who_) == waiter::called; }
    void write(typename Cell::word::type to) { cell_.state.store(to, relaxed); }

private:
    Cell& cell_;
    waiter who_;
    const parked_line line_{&who_};
};

constexpr auto to_read = shared_cell::wish(share_mode::shared, 11);
constexpr auto to_write = shared_cell::wish(share_mode::exclusive, 11);

TEST(letting_go, of_a_mutex_calls_who_waits)
{
    signalbox::mutex mutex;
    mutex.lock();
    const waits_at<owner_cell> who{&mutex, 11};
    mutex.unlock();
    EXPECT_TRUE(who.is_called());
}

TEST(letting_go, of_permits_hands_them_to_who_waits)
{
    for (const std::ptrdiff_t n : {1, 2}) {
        signalbox::semaphore semaphore{0};
        const waits_at<permit_cell> who{&semaphore, 1};
        semaphore.release(0);
        EXPECT_TRUE(who.is_asleep());
        semaphore.release(n);
        EXPECT_TRUE(who.is_granted());
        EXPECT_EQ(semaphore.available(), n - 1);
    }
    signalbox::auto_reset_event event;
    const waits_at<permit_cell> who{&event, 1};
    event.set();
    EXPECT_TRUE(who.is_granted());
    EXPECT_FALSE(event.is_set());
}

TEST(letting_go, by_a_writer_lets_readers_in)
{
    signalbox::shared_mutex mutex;
    for (const bool stays_upgradable : {false, true}) {
        mutex.lock();
        const waits_at<shared_cell> who{&mutex, to_read};
        stays_upgradable ? mutex.unlock_and_lock_upgrade() : mutex.downgrade();
        EXPECT_TRUE(who.is_granted());
        who.is_granted() ? mutex.unlock_shared() : void();
        stays_upgradable ? mutex.unlock_upgrade() : mutex.unlock_shared();
    }
    mutex.lock();
    const waits_at<shared_cell> who{&mutex, to_read};
    mutex.unlock();
    EXPECT_TRUE(who.is_called());
}

TEST(letting_go, by_the_last_reader_lets_a_writer_in)
{
    signalbox::shared_mutex mutex;
    mutex.lock_shared();
    mutex.lock_shared();
    const waits_at<shared_cell> who{&mutex, to_write};
    mutex.unlock_shared();
    EXPECT_TRUE(who.is_asleep());
    mutex.unlock_shared();
    EXPECT_TRUE(who.is_granted());
    EXPECT_EQ(mutex.owner().value(), 11U);
}

TEST(letting_go, by_an_upgrader_lets_the_next_upgrader_in)
{
    signalbox::shared_mutex mutex;
    mutex.lock_upgrade();
    const waits_at<shared_cell> who{&mutex, shared_cell::wish(share_mode::upgrade, 11)};
    mutex.unlock_upgrade_and_lock_shared();
    EXPECT_TRUE(who.is_granted());
}

TEST(coming_in_to_share, lets_in_who_can_share_it)
{
    signalbox::shared_mutex mutex;
    {
        const waits_at<shared_cell> who{&mutex, to_read};
        EXPECT_TRUE(mutex.try_lock_shared());
        EXPECT_TRUE(who.is_granted());
        mutex.unlock_shared();
        mutex.unlock_shared();
    }
    {
        const waits_at<shared_cell> who{&mutex, to_read};
        EXPECT_TRUE(mutex.try_lock());
        EXPECT_TRUE(who.is_asleep()) << "a writer shares with nobody";
        mutex.unlock();
    }
}

TEST(letting_go, of_an_event_lets_everybody_through)
{
    signalbox::event event;
    const waits_at<event_cell> who{&event, 0};
    event.set();
    EXPECT_TRUE(who.is_granted());
}

TEST(letting_go, of_a_latch_lets_everybody_through)
{
    for (const std::ptrdiff_t n : {1, 2}) {
        signalbox::latch latch{n + 1};
        const waits_at<latch_cell> who{&latch, 0};
        latch.count_down();
        EXPECT_TRUE(who.is_asleep());
        latch.count_down(n);
        EXPECT_TRUE(who.is_granted());
    }
}

TEST(letting_go, of_a_barrier_lets_everybody_through)
{
    signalbox::barrier<> barrier{2};
    const waits_at<barrier_cell> who{&barrier, 0};
    static_cast<void>(barrier.arrive());
    EXPECT_TRUE(who.is_asleep());
    static_cast<void>(barrier.arrive());
    EXPECT_TRUE(who.is_granted());
}

TEST(letting_go, of_a_slice_comes_before_a_wait_at_a_condition)
{
    signalbox::mutex elsewhere;
    waits_at<owner_cell> who{&elsewhere, 11};
    thread_context& me = signalbox::platform::this_thread();
    time_slice::begin(me, *reinterpret_cast<const owner_cell*>(&elsewhere), 1);
    signalbox::mutex mutex;
    signalbox::condition_variable condition;
    std::unique_lock lock{mutex};
    EXPECT_EQ(condition.wait(lock, 0ms), signalbox::outcome::timed_out);
    EXPECT_TRUE(who.is_called());
    EXPECT_EQ(me.slice_of, nullptr);
}

TEST(a_mistaken_release, shows_as_nothing_and_forbids_nothing_that_is_free)
{
    signalbox::semaphore semaphore{2, {.capacity = 2}};
    waits_at<permit_cell> word{&semaphore, 1};
    const auto before = permit_word::make(0, false);
    word.write(before + permit_word::release_of(1));  // it is not taken back yet
    EXPECT_EQ(semaphore.available(), 2);
    semaphore.release(0);
    EXPECT_EQ(word.now(), before + permit_word::release_of(1));
    word.write(before);
}

/// Goes on with something when others have had many turns: nobody has to wait so long, but who may go on
/// without it does so meanwhile.
std::jthread after_many_turns(const std::function<void()>& something)
{
    return std::jthread{[something] {
        for (int i = 0; i < 1'000; ++i) {
            std::this_thread::yield();
        }
        something();
    }};
}

TEST(a_mistaken_release, is_taken_back_before_an_attempt_fails)
{
    signalbox::semaphore semaphore{1, {.capacity = 1}};
    auto& word = reinterpret_cast<permit_cell*>(&semaphore)->state;
    word.fetch_add(permit_word::release_of(1), relaxed);
    const auto other = after_many_turns([&word] { word.fetch_sub(permit_word::release_of(1), relaxed); });
    EXPECT_TRUE(semaphore.try_acquire());
}

TEST(a_mistaken_unlock_shared, is_taken_back_before_a_writer_becomes_a_reader)
{
    for (const bool stays_upgradable : {false, true}) {
        signalbox::shared_mutex mutex;
        mutex.lock();
        auto& word = reinterpret_cast<shared_cell*>(&mutex)->state;
        word.fetch_sub(shared_word::one_reader, relaxed);
        const auto other = after_many_turns([&word] { word.fetch_add(shared_word::one_reader, relaxed); });
        stays_upgradable ? mutex.unlock_and_lock_upgrade() : mutex.downgrade();
        EXPECT_FALSE(shared_word::is_underrun(word.load(relaxed)));
        EXPECT_FALSE(mutex.try_lock()) << "somebody reads";
    }
}

TEST(a_resize, that_sends_the_first_away_takes_its_reservation_along)
{
    signalbox::semaphore semaphore{1, {.capacity = 2}};
    const waits_at<permit_cell> who{&semaphore, 2};
    EXPECT_FALSE(semaphore.try_acquire()) << "it is reserved";
    semaphore.resize(1);
    EXPECT_TRUE(who.is_granted()) << "its wait is over";
    semaphore.release();
    EXPECT_TRUE(semaphore.try_acquire());
}

/// Who stands first in the queue under an object, and waits as this says.
template <class Object>
std::uint32_t first_that_waits(Object& object, cell_kind kind, void (*waits)(Object&), void (*ends)(Object&))
{
    std::jthread thread{[&object, waits] { waits(object); }};
    while (object.waiters() == 0) {
        std::this_thread::yield();
    }
    bucket& place = bucket_for(&object);
    place.lock.lock();
    const std::uint32_t id = place.first(&object, kind)->thread;
    place.lock.unlock();
    ends(object);
    return id;
}

TEST(who_waits, says_who_it_is)
{
    signalbox::event event;
    EXPECT_LE(first_that_waits<signalbox::event>(
                  event, cell_kind::event, [](auto& e) { e.wait(); }, [](auto& e) { e.set(); }),
              owner_word::owner);
    signalbox::semaphore semaphore{0};
    EXPECT_LE(first_that_waits<signalbox::semaphore>(
                  semaphore, cell_kind::permits, [](auto& s) { s.acquire(); }, [](auto& s) { s.release(); }),
              owner_word::owner);
}

}  // namespace
