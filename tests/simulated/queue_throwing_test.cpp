// Moves that throw, on either side of a queue and at any moment of what the others do: nothing is lost,
// nothing doubled, nobody left asleep beside it.
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "queue_operations.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

/// An item whose n-th move throws, and leaves it as it is.
class fragile {
public:
    fragile(int value, int fuse) : value_{value}, fuse_{fuse} {}
    fragile(fragile&& other) : value_{other.taken()}, fuse_{other.fuse_} {}
    fragile& operator=(fragile&& other)
    {
        value_ = other.taken();
        fuse_ = other.fuse_;
        return *this;
    }
    ~fragile() = default;

    [[nodiscard]] int value() const noexcept { return value_; }

private:
    int taken()
    {
        if (fuse_ > 0 && --fuse_ == 0) {
            throw std::runtime_error("broken");
        }
        return std::exchange(value_, -1);
    }

    int value_;
    int fuse_;
};

template <class Users>
struct fragile_world_of {
    bounded_queue<fragile, Users> queue;
    std::array<tally, 8> pushed;
    std::array<tally, 8> popped;

    explicit fragile_world_of(std::size_t capacity) : queue{capacity} {}

    void push(int value, int fuse)
    {
        fragile item{value, fuse};
        try {
            const bool done = is_acquired(queue.push(std::move(item), limit{}));
            require(done == (item.value() == -1), "a push that fails leaves its value");
            pushed[static_cast<std::size_t>(value)].add(done ? 1 : 0);
        } catch (const std::runtime_error&) {
            require(item.value() == value, "a push that throws leaves its value");
        }
    }
    bool pop(const limit& until = {})
    {
        fragile item{-2, 0};
        try {
            if (queue.pop(item, until) != outcome::acquired) {
                return true;
            }
            popped[static_cast<std::size_t>(item.value())].add(1);
            return true;
        } catch (const std::runtime_error&) {
            require(item.value() == -2, "nothing was popped");
            return false;
        }
    }
    void pop_until_it_works()
    {
        while (!pop()) {
        }
    }
    void check()
    {
        while (queue.size() > 0) {
            try {
                const auto got = queue.try_pop();
                require(got.has_value(), "what is counted is there");
                popped[static_cast<std::size_t>(got->value())].add(1);
            } catch (const std::runtime_error&) {
                continue;  // it is still there, and its next move works
            }
        }
        for (std::size_t i = 0; i < pushed.size(); ++i) {
            require(pushed[i].value() == popped[i].value() && popped[i].value() <= 1, "each item once");
        }
        require(queue.size() == 0, "none is left");
        for (std::size_t i = 0; i < queue.capacity() && !queue.is_closed(); ++i) {
            require(queue.try_push(fragile{1, 0}), "no room was lost");
        }
    }
};

using fragile_world = fragile_world_of<many_to_many>;
using one_world = fragile_world_of<one_to_one>;

template <class World>
using act_on = void (*)(World&);
using act = act_on<fragile_world>;

template <class World>
body scene(std::size_t capacity, int first_items, std::vector<act_on<World>> acts)
{
    return [=](scenario& s) {
        auto& world = s.make<World>(capacity);
        for (int i = 0; i < first_items; ++i) {
            world.push(i, 2);  // its first pop throws
        }
        for (const auto run : acts) {
            s.thread("act", [&world, run] { run(world); });
        }
        s.finally([&world] { world.check(); });
    };
}

void explore_acts(const std::string& name, std::size_t capacity, int first_items, std::vector<act> acts)
{
    explore_variants(name, scene<fragile_world>(capacity, first_items, std::move(acts)), 3'000, 3);
}

void push_and_fail(fragile_world& w)
{
    w.push(5, 1);
}

void push_one(fragile_world& w)
{
    w.push(6, 0);
}

void push_what_breaks_later(fragile_world& w)
{
    w.push(7, 2);
}

void pop_until_it_works(fragile_world& w)
{
    w.pop_until_it_works();
}

void pop_two(fragile_world& w)
{
    w.pop_until_it_works();
    w.pop_until_it_works();
}

void pop_in_time(fragile_world& w)
{
    w.pop(1ms);
}

void close(fragile_world& w)
{
    w.queue.close();
}

TEST(simulated_throwing_queue, a_push_that_throws_takes_no_room_and_leaves_nobody_asleep)
{
    explore_acts("beside a push and a pop", 1, 0, {push_and_fail, push_one, pop_until_it_works});
    explore_acts("while it closes", 1, 0, {push_and_fail, close, pop_in_time});
    explore_acts("full", 1, 1, {push_and_fail, push_one, pop_two});
}

TEST(simulated_throwing_queue, a_pop_that_waits_for_the_end_is_told_of_a_push_that_throws)
{
    explore_stale("the end", scene<fragile_world>(1, 0, {push_and_fail, close, pop_until_it_works}), 2);
}

TEST(simulated_throwing_queue, one_thread_on_each_side_loses_nothing)
{
    const act_on<one_world> fail = [](one_world& w) { w.push(5, 1); };
    const act_on<one_world> push = [](one_world& w) { w.push(7, 2); };
    const act_on<one_world> pop = [](one_world& w) { w.pop_until_it_works(); };
    const act_on<one_world> close = [](one_world& w) { w.queue.close(); };
    explore_stale("the end", scene<one_world>(1, 0, {fail, close, pop}), 2);
    explore_stale("a push that breaks later", scene<one_world>(1, 0, {push, pop}), 3);
    explore_stale("full", scene<one_world>(1, 1, {push, pop}), 3);
}

TEST(simulated_throwing_queue, a_pop_that_throws_leaves_the_item_to_the_next)
{
    explore_acts("two pops", 2, 2, {pop_until_it_works, pop_until_it_works});
    explore_acts("a push that breaks later", 1, 0, {push_what_breaks_later, pop_until_it_works});
    explore_acts("beside another pop", 2, 1, {pop_until_it_works, pop_in_time, push_one});
    explore_acts("while it closes", 1, 1, {pop_until_it_works, close, pop_in_time});
}

}  // namespace
}  // namespace signalbox::simulated
