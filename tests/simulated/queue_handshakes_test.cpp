// The handshakes of the bounded queue, each in the smallest scene in which a weaker order, or a step that is
// left out, is seen to fail: every schedule of few preemptions, with one read of an older store.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <signalbox/simulated/shared_data.hpp>

#include "queue_operations.hpp"

namespace signalbox::simulated {
namespace {

template <class World>
body scene(const std::vector<std::string>& who, int capacity, int items)
{
    const auto& all = queue_operations<World>();
    std::vector<queue_operation<World>> operations;
    for (const auto& name : who) {
        operations.push_back(
            *std::find_if(all.begin(), all.end(), [&](auto& one) { return one.name == name; }));
    }
    return queue_scene(operations, capacity, items);
}

/// Who uses the queue, and whether there are barriers of which one half is free (uneven_barrier.hpp).
template <class Who, bool HasBarriers>
struct form {
    using users = Who;
    static constexpr bool has_barriers = HasBarriers;
};

template <class Form>
class queue_handshake : public testing::Test {
public:
    using users = typename Form::users;
    using world = queue_world<users>;

    queue_handshake() { has_heavy_barriers = Form::has_barriers; }
    ~queue_handshake() override { has_heavy_barriers = true; }
    static void explore_it(const std::string& name, const std::vector<std::string>& who, int capacity,
                           int items, std::uint8_t preemptions = 2)
    {
        explore_stale(name, scene<world>(who, capacity, items), preemptions);
    }
};

using many = form<many_to_many, true>;
using one = form<one_to_one, true>;
using one_without_barriers = form<one_to_one, false>;
using many_handshake = queue_handshake<many>;

struct form_names {
    template <class Form>
    static std::string GetName(int)
    {
        return std::is_same_v<Form, many> ? "many_to_many"
               : Form::has_barriers       ? "one_to_one"
                                          : "no_barriers";
    }
};
using all_forms = testing::Types<many, one, one_without_barriers>;
TYPED_TEST_SUITE(queue_handshake, all_forms, form_names);

TYPED_TEST(queue_handshake, whoever_parks_is_seen_by_the_other_side_or_sees_it)
{
    this->explore_it("a pop", {"push", "pop"}, 1, 0);
    this->explore_it("a push", {"push", "pop"}, 1, 1);
}

TYPED_TEST(queue_handshake, whoever_parks_is_seen_by_a_close_or_sees_it)
{
    this->explore_it("a pop", {"pop", "close"}, 1, 0);
    this->explore_it("a push", {"push", "close"}, 1, 1);
}

TYPED_TEST(queue_handshake, a_push_comes_before_a_close_or_fails)
{
    this->explore_it("a pop", {"push", "pop", "close"}, 1, 0);
    this->explore_it("two pops", {"push", "pop_two", "close"}, 1, 0);
}

/// Somebody closes, and others learn of it and look at what it did before.
template <class Users>
struct closed_world {
    bounded_queue<parcel, Users> queue{1};
    shared_data<int> told{0};

    void close()
    {
        told.write(1);
        queue.close();
    }
    void look(bool is_closed)
    {
        require(!is_closed || told.read() == 1, "what the closer did before is seen");
    }
};

template <class Users>
body learning_of_a_close(void (*learn)(closed_world<Users>&))
{
    return [learn](scenario& s) {
        auto& world = s.make<closed_world<Users>>();
        s.thread("close", [&world] { world.close(); });
        s.thread("learn", [&world, learn] { learn(world); });
    };
}

TYPED_TEST(queue_handshake, whoever_learns_of_a_close_sees_what_came_before_it)
{
    using scene_world = closed_world<typename TypeParam::users>;
    using learns = void (*)(scene_world&);
    const learns looks = [](scene_world& w) { w.look(w.queue.is_closed()); };
    const learns pops = [](scene_world& w) { w.look(!w.queue.pop()); };
    const learns pushes = [](scene_world& w) { w.look(!w.queue.push(parcel{1})); };
    explore_stale("is_closed", learning_of_a_close(looks), 2);
    explore_stale("pop", learning_of_a_close(pops), 2);
    explore_stale("push", learning_of_a_close(pushes), 2);
}

TEST(queue_handshake, whoever_finds_that_one_is_on_its_way_need_not_call)
{
    many_handshake::explore_it("two pops", {"pop", "pop", "push_two"}, 2, 0, 1);
    many_handshake::explore_it("two pushes", {"push", "push", "pop_two"}, 2, 2, 1);
}

TEST(queue_handshake, whoever_meets_the_end_passes_it_on)
{
    many_handshake::explore_it("two pops", {"push", "pop", "pop", "close"}, 1, 0, 1);
}

/// Two who wait for things that one brings; the first may find one before it is called, and leave.
struct line_world {
    detail::call_line line;
    platform::atomic<int> things{0};

    bool take()
    {
        int now = things.load(std::memory_order_seq_cst);
        while (now > 0 && !things.compare_exchange_strong(now, now - 1, std::memory_order_seq_cst,
                                                          std::memory_order_seq_cst)) {
        }
        return now > 0;
    }
    void bring()
    {
        things.fetch_add(1, std::memory_order_seq_cst);
        line.call_one();
    }
    void take_if_it_is_there()
    {
        const detail::place_in_line place{line};
        static_cast<void>(take());
    }
    void wait_for_one()
    {
        for (;;) {
            detail::place_in_line place{line};
            if (take()) {
                return;
            }
            static_cast<void>(place.wait(limit{}));
            if (take()) {
                return;
            }
        }
    }
};

TEST(call_line, whoever_leaves_passes_on_the_call_that_it_has_got)
{
    const auto leaving = [](scenario& s) {
        auto& world = s.make<line_world>();
        s.thread("leave", [&world] { world.take_if_it_is_there(); });
        s.thread("wait", [&world] { world.wait_for_one(); });
        s.thread("bring", [&world] {
            world.bring();
            world.bring();
        });
    };
    explore_stale("leaving", leaving, 3);
}

}  // namespace
}  // namespace signalbox::simulated
