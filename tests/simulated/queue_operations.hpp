// Every public operation of the bounded queue, as something that one simulated thread does.
//
// Because      A scenario must be able to end. With close() it always can. Without, there are as many items
//              at first as its pops may take beyond what its pushes surely bring, and as much room as its
//              pushes may need beyond what its pops surely make; no more, so that they wait for each other.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <signalbox/patterns/bounded_queue.hpp>
#include <signalbox/platform/stop.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {

/// An item that shows whether it was moved from. Its plain memory is checked for races.
class parcel {
public:
    explicit parcel(int value) noexcept : value_{value} {}
    parcel(parcel&& other) noexcept : value_{std::exchange(other.value_, -1)} {}
    parcel& operator=(parcel&& other) noexcept
    {
        value_ = std::exchange(other.value_, -1);
        return *this;
    }
    ~parcel() = default;

    [[nodiscard]] int value() const noexcept { return value_; }

private:
    int value_;
};

template <class Users>
struct queue_world {
    static constexpr int values = 64;

    bounded_queue<parcel, Users> queue;
    platform::stop_source stop;
    std::array<tally, values> pushed;
    std::array<tally, values> popped;
    tally ends;

    queue_world(std::size_t capacity, int first_items) : queue{capacity}
    {
        for (int i = 0; i < first_items; ++i) {
            static_cast<void>(push(parcel{i}, limit{}));
        }
    }

    void has_pushed(const parcel& sent, int value, bool done)
    {
        require(done == (sent.value() == -1),
                "a push that fails leaves its value, one that does not takes it");
        pushed[static_cast<std::size_t>(value)].add(done ? 1 : 0);
    }
    outcome push(parcel sent, const limit& until)
    {
        const int value = sent.value();
        const outcome ended = queue.push(std::move(sent), until);
        has_pushed(sent, value, ended == outcome::acquired);
        return ended;
    }
    void has_popped(int value) { popped[static_cast<std::size_t>(value)].add(1); }
    outcome pop(const limit& until, int& value)
    {
        parcel got{-2};
        const outcome ended = queue.pop(got, until);
        require((ended == outcome::acquired) == (got.value() != -2), "assigned if and only if it was popped");
        value = got.value();
        if (ended == outcome::acquired) {
            has_popped(value);
        }
        ends.add(ended == outcome::closed ? 1 : 0);
        return ended;
    }

    void pop_many()
    {
        std::array<parcel, 2> got{parcel{-2}, parcel{-2}};
        const std::size_t count = queue.pop_many(got.begin(), 2);
        for (std::size_t i = 0; i < count; ++i) {
            has_popped(got[i].value());
        }
        ends.add(count == 0 ? 1 : 0);
        if (count == 2) {
            in_order(got[0].value(), got[1].value());
        }
    }
    static void in_order(int first, int second)
    {
        require(first / 10 != second / 10 || first < second, "the items of one thread keep their order");
    }

    /// When all threads have ended: every item exactly once, and nothing behind the end.
    void check()
    {
        int left = 0;
        require(queue.size() <= queue.capacity(), "no more than its capacity");
        while (auto got = queue.try_pop()) {
            has_popped(got->value());
            ++left;
        }
        require(ends.value() == 0 || left == 0, "nothing comes after the end");
        for (std::size_t i = 0; i < values; ++i) {
            require(popped[i].value() == pushed[i].value() && popped[i].value() <= 1, "each item once");
        }
        require(queue.size() == 0, "empty");
        parcel last{0};
        require(queue.is_closed() || queue.try_push(std::move(last)), "there is room again");
    }
};

template <class World>
struct queue_operation {
    std::string name;
    int pushes = 0;  // surely, unless it is closed
    int pops = 0;
    int may_push = 0;  // or not
    int may_pop = 0;
    std::function<void(World&, int first)> run;  // its values begin at `first`
};

template <class World>
std::vector<queue_operation<World>> queue_pushes()
{
    using namespace std::chrono_literals;
    using world = World;
    return {
        {"push", 1, 0, 0, 0, [](world& w, int first) { (void)w.push(parcel{first}, limit{}); }},
        {"push_two", 2, 0, 0, 0,
         [](world& w, int first) {
             (void)w.push(parcel{first}, limit{});
             (void)w.push(parcel{first + 1}, limit{});
         }},
        {"push_for", 0, 0, 1, 0, [](world& w, int first) { (void)w.push(parcel{first}, 1ms); }},
        {"push_unless_stopped", 0, 0, 1, 0,
         [](world& w, int first) {
             require(w.push(parcel{first}, w.stop.get_token()) != outcome::timed_out, "it has no deadline");
         }},
        {"try_push", 0, 0, 1, 0,
         [](world& w, int first) {
             parcel sent{first};
             const bool done = w.queue.try_push(std::move(sent));
             w.has_pushed(sent, first, done);
         }},
    };
}

template <class World>
std::vector<queue_operation<World>> queue_pops()
{
    using namespace std::chrono_literals;
    using world = World;
    return {
        {"pop", 0, 1, 0, 0,
         [](world& w, int) {
             const auto got = w.queue.pop();
             got ? w.has_popped(got->value()) : w.ends.add(1);
         }},
        {"pop_two", 0, 2, 0, 0,
         [](world& w, int) {
             int a = 0;
             int b = 0;
             if (w.pop(limit{}, a) == outcome::acquired && w.pop(limit{}, b) == outcome::acquired) {
                 w.in_order(a, b);
             }
         }},
        {"pop_for", 0, 0, 0, 1,
         [](world& w, int) {
             int value = 0;
             (void)w.pop(1ms, value);
         }},
        {"pop_unless_stopped", 0, 0, 0, 1,
         [](world& w, int) {
             int value = 0;
             require(w.pop(w.stop.get_token(), value) != outcome::timed_out, "it has no deadline");
         }},
        {"try_pop", 0, 0, 0, 1,
         [](world& w, int) {
             if (const auto got = w.queue.try_pop()) {
                 w.has_popped(got->value());
             }
         }},
        {"pop_many", 0, 1, 0, 1, [](world& w, int) { w.pop_many(); }},
    };
}

/// Two that leave the queue as they found it: a limited wait whose success is undone. Beside them others may
/// wait for as many items, or for as much room, as there is.
template <class World>
queue_operation<World> borrowing()
{
    using namespace std::chrono_literals;
    return {"borrow", 0, 0, 0, 0, [](World& w, int first) {
                int value = 0;
                if (w.pop(1ms, value) == outcome::acquired) {
                    static_cast<void>(w.push(parcel{first}, limit{}));
                }
            }};
}

template <class World>
queue_operation<World> lending()
{
    using namespace std::chrono_literals;
    return {"lend", 0, 0, 0, 0, [](World& w, int first) {
                int value = 0;
                if (w.push(parcel{first}, 1ms) == outcome::acquired) {
                    static_cast<void>(w.pop(limit{}, value));
                }
            }};
}

template <class World>
const std::vector<queue_operation<World>>& queue_operations()
{
    static const std::vector<queue_operation<World>> all = [] {
        std::vector<queue_operation<World>> list = queue_pushes<World>();
        for (auto& pop : queue_pops<World>()) {
            list.push_back(std::move(pop));
        }
        list.push_back({"close", 0, 0, 0, 0, [](World& w, int) { w.queue.close(); }});
        list.push_back({"request_stop", 0, 0, 0, 0, [](World& w, int) { w.stop.request_stop(); }});
        return list;
    }();
    return all;
}

/// These operations at the same time, each on a thread of its own.
template <class World>
body queue_scene(std::vector<queue_operation<World>> operations, int capacity, int items)
{
    return [=, operations = std::move(operations)](scenario& s) {
        auto& world = s.make<World>(static_cast<std::size_t>(capacity), items);
        int first = 10;
        for (const auto& each : operations) {
            s.thread(each.name, [&world, &each, first] { each.run(world, first); });
            first += 10;
        }
        s.finally([&world] { world.check(); });
    };
}

/// The same with a queue in which they can end. `is_full`: it begins full, if it then can end.
template <class World>
body queue_scenario(std::vector<queue_operation<World>> operations, bool is_full)
{
    int pushes = 0, pops = 0, all_pushes = 0, all_pops = 0;
    bool closes = false;
    for (const auto& each : operations) {
        pushes += each.pushes;
        pops += each.pops;
        all_pushes += each.pushes + each.may_push;
        all_pops += each.pops + each.may_pop;
        closes = closes || each.name == "close";
    }
    int items = closes ? 0 : std::max(all_pops - pushes, 0);
    int capacity = closes ? 1 : std::max({1, items, items + all_pushes - pops});
    if (is_full && (closes || all_pushes <= pops)) {
        capacity = items = std::max(items, 1);
    }
    return queue_scene<World>(std::move(operations), capacity, items);
}

}  // namespace signalbox::simulated
