// Who was let in may destroy the object at once, while who let it in is still inside release() or unlock().
//
// Because      Each object lies in a page of its own that is unmapped with it, so that the first touch by a
//              late releaser ends the test program. The same with objects on the heap, for AddressSanitizer.
#include <cstddef>
#include <memory>
#include <new>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <signalbox/mutex.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

constexpr std::size_t page = 4096;

struct unmap {
    template <class T>
    void operator()(T* object) const
    {
        object->~T();
        ::munmap(object, page);
    }
};

template <class T, class... Arguments>
std::unique_ptr<T, unmap> make_in_page(Arguments... arguments)
{
    void* const place = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        throw std::bad_alloc{};
    }
    return std::unique_ptr<T, unmap>{new (place) T{arguments...}};
}

/// In each round one thread lets the other in, which destroys the object.
template <class Make, class LetIn, class Enter>
void destroy_at_once(int rounds, Make make, LetIn let_in, Enter enter)
{
    auto owner = make();
    auto* object = owner.get();
    dice here{1};
    dice there{2};
    race(
        rounds,
        [&](int) {
            dawdle(here.below(1U << (here.below(17) + 1)));
            let_in(*object);
        },
        [&](int) {
            dawdle(there.below(1U << (there.below(17) + 1)));
            enter(*object);
            owner.reset();
        },
        [&](int) {
            owner = make();
            object = owner.get();
        });
}

constexpr auto release_one = [](auto& semaphore) { semaphore.release(); };
constexpr auto acquire_one = [](auto& semaphore) { semaphore.acquire(); };
constexpr auto acquire_by_polling = [](auto& semaphore) {
    while (!semaphore.try_acquire()) {
    }
};
constexpr auto acquire_in_time = [](auto& semaphore) {
    while (!semaphore.try_acquire_for(50us)) {
    }
};

constexpr semaphore_options fifo_of_one{.capacity = 1, .fairness = fairness::fifo};

TEST(lifetime, a_semaphore_may_be_destroyed_as_soon_as_acquire_has_returned)
{
    const auto make = [] { return make_in_page<semaphore>(0); };
    destroy_at_once(2'000, make, release_one, acquire_one);
    destroy_at_once(2'000, make, release_one, acquire_by_polling);
    destroy_at_once(2'000, make, release_one, acquire_in_time);
}

TEST(lifetime, a_fifo_semaphore_may_be_destroyed_as_soon_as_acquire_has_returned)
{
    const auto make = [] { return make_in_page<semaphore>(0, fifo_of_one); };
    destroy_at_once(2'000, make, release_one, acquire_one);
    destroy_at_once(2'000, make, release_one, acquire_by_polling);
    destroy_at_once(2'000, make, release_one, acquire_in_time);
}

TEST(lifetime, several_permits_released_at_once_are_no_exception)
{
    const auto make = [] { return make_in_page<semaphore>(0); };
    destroy_at_once(
        2'000, make, [](auto& semaphore) { semaphore.release(3); },
        [](auto& semaphore) { semaphore.acquire(3); });
}

TEST(lifetime, a_semaphore_on_the_heap_may_be_destroyed_as_soon_as_acquire_has_returned)
{
    const auto make = [] { return std::make_unique<binary_semaphore>(0); };
    destroy_at_once(2'000, make, release_one, acquire_one);
    destroy_at_once(2'000, make, release_one, acquire_in_time);
}

/// A mutex that its maker holds: the thread that lets the other in must be the one that locked it.
template <class Make>
void destroy_mutexes(Make make)
{
    auto owner = make();
    auto* mutex = owner.get();
    std::atomic<int> locked{0};
    dice here{3};
    race(
        3'000,
        [&](int round) {
            mutex->lock();
            locked.store(round);
            dawdle(here.below(1U << (here.below(17) + 1)));
            mutex->unlock();
        },
        [&](int round) {
            require([&] { return locked.load() == round; });
            mutex->lock();
            mutex->unlock();
            owner.reset();
        },
        [&](int) {
            owner = make();
            mutex = owner.get();
        });
}

TEST(lifetime, a_mutex_may_be_destroyed_as_soon_as_nobody_owns_it)
{
    destroy_mutexes([] { return make_in_page<mutex>(); });
    destroy_mutexes([] { return std::make_unique<mutex>(); });
}

TEST(lifetime, a_permit_that_finds_its_semaphore_full_ends_the_program)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto overfill = [] {
        semaphore full{1, semaphore_options{.capacity = 1}};
        const permit taken{full};
        full.release();
    };
    EXPECT_DEATH(overfill(), "release");
}

}  // namespace
}  // namespace signalbox::contract
