// Pools that share a limit: together they have no more things than it has permits.
#include <signalbox/event.hpp>
#include <signalbox/patterns/pool.hpp>

#include <atomic>
#include <stdexcept>

#include "../contract/harness.hpp"
#include "gadgets.hpp"

namespace {

using namespace signalbox::contract;
using signalbox::outcome;
using signalbox::pool;

TEST(pool_shared, things_of_all_pools_have_a_permit_each)
{
    signalbox::semaphore budget{2, {.capacity = 2, .fairness = signalbox::fairness::fifo}};
    workshop shop;
    pool<gadget> here{budget, shop.factory(), {.max = 2, .warn_of_second = false}};
    pool<gadget> there{budget, shop.factory(), {.max = 2}};
    auto one = here.acquire();
    auto two = there.acquire();
    EXPECT_EQ(budget.available(), 0);
    EXPECT_EQ(here.acquire(1ms).outcome(), outcome::timed_out);
    EXPECT_EQ(here.statistics().timed_out, 1U);
    auto waits = start([&] { return here.acquire()->number(); });
    require([&] { return comes_to_wait(here, 1); });
    two.release();
    EXPECT_EQ(waits.get(), 3) << "the permit went from one pool to the other";
    EXPECT_EQ(shop.most(), 2);
}

TEST(pool_shared, a_pool_that_nobody_maintains_keeps_no_permit)
{
    signalbox::semaphore budget{1, {.capacity = 1}};
    workshop shop;
    pool<gadget> things{budget, shop.factory(), {.max = 1}};
    things.acquire().release();
    EXPECT_EQ(shop.alive(), 0);
    EXPECT_EQ(budget.available(), 1);
}

TEST(pool_shared, an_idle_thing_is_given_up_for_others_who_wait)
{
    signalbox::semaphore budget{1, {.capacity = 1}};
    workshop shop;
    pool<gadget> here{budget, shop.factory(), {.max = 1, .maintain_every = 1ms}};
    here.acquire().release();
    EXPECT_EQ(here.statistics().idle, 1U) << "kept while nobody waits";
    pool<gadget> there{budget, shop.factory(), {.max = 1}};
    EXPECT_TRUE(there.acquire());
    EXPECT_EQ(here.statistics().idle, 0U);
}

TEST(pool_shared, a_thing_that_comes_back_is_closed_if_others_wait)
{
    signalbox::semaphore budget{1, {.capacity = 1}};
    workshop shop;
    pool<gadget> here{budget, shop.factory(), {.max = 1, .maintain_every = 1h}};
    pool<gadget> there{budget, shop.factory(), {.max = 1, .maintain_every = 1h}};
    auto held = here.acquire();
    auto waits = start([&] { return there.acquire()->number(); });
    require([&] { return budget.waiters() == 1; });
    held.release();
    EXPECT_EQ(waits.get(), 2);
}

/// A semaphore whose count of waiters is late: asked for the second time, while nobody waits, it answers when
/// somebody has come to wait, still with none. (The first time a pool's own thread asks.)
class late_semaphore {
public:
    static constexpr std::ptrdiff_t max() { return signalbox::semaphore::max(); }
    void acquire(std::ptrdiff_t n = 1) { inner_.acquire(n); }
    outcome acquire(std::ptrdiff_t n, const signalbox::limit& within)
    {
        comes_.set();
        return inner_.acquire(n, within);
    }
    [[nodiscard]] bool try_acquire(std::ptrdiff_t n = 1) { return inner_.try_acquire(n); }
    void release(std::ptrdiff_t n = 1) { inner_.release(n); }
    [[nodiscard]] std::ptrdiff_t waiters() const
    {
        if (++asked_ > 1) {
            comes_.wait();
        }
        return 0;
    }
    [[nodiscard]] int asked() const { return asked_.load(); }

private:
    signalbox::semaphore inner_{1};
    mutable std::atomic<int> asked_{0};
    mutable signalbox::event comes_;
};

TEST(pool_shared, a_thing_that_comes_back_as_somebody_begins_to_wait_for_the_limit_is_closed)
{
    late_semaphore budget;
    workshop shop;
    pool<gadget, late_semaphore> things{
        budget, shop.factory(), {.max = 2, .warn_of_second = false, .maintain_every = 1h}};
    require([&] { return budget.asked() == 1; });
    auto held = things.acquire();
    auto back = start([&] { return (held.release(), true); });
    require([&] { return budget.asked() == 2; });
    EXPECT_TRUE(things.acquire(30s)) << "nobody but the one who gave back could give it a permit";
    EXPECT_TRUE(back.get());
    EXPECT_EQ(shop.made(), 2);
}

TEST(pool_shared, a_failure_gives_the_permit_back)
{
    signalbox::semaphore budget{1, {.capacity = 1}};
    workshop shop;
    pool<gadget> things{budget, []() -> gadget { throw std::runtime_error{"no server"}; }, {.max = 1}};
    EXPECT_THROW((void)things.acquire(), std::runtime_error);
    EXPECT_EQ(budget.available(), 1);
    pool<gadget> others{budget, shop.factory(), {.max = 1}};
    auto lease = others.acquire();
    lease.discard();
    EXPECT_EQ(budget.available(), 1);
    auto mine = others.acquire();
    const gadget away = mine.detach();
    EXPECT_EQ(budget.available(), 1);
}

TEST(pool_shared, a_closed_limit_ends_the_wait)
{
    signalbox::semaphore budget{1, {.capacity = 1}};
    workshop shop;
    pool<gadget> here{budget, shop.factory(), {.max = 1}};
    pool<gadget> there{budget, shop.factory(), {.max = 1}};
    auto held = here.acquire();
    auto waits = start([&] { return there.acquire(1h).outcome(); });
    require([&] { return budget.waiters() == 1; });
    budget.close();
    EXPECT_EQ(waits.get(), outcome::closed);
    EXPECT_EQ(there.statistics().creating, 0U);
}

}  // namespace
