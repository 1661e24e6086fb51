// Every public operation of the condition variable, as something that one simulated thread does.
//
// Because      Threads pass tickets, guarded by the mutex, and each notify stands for a ticket: a
//              notification that is lost leaves a thread asleep beside a ticket, which the machine reports.
//              A thread that may give up takes no ticket; if it was notified it passes the notification on.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/platform/stop.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {

struct condition_world {
    using lock_type = std::unique_lock<signalbox::mutex>;

    signalbox::mutex mutex;
    condition_variable condition;
    platform::stop_source stop;
    shared_data<int> tickets{0};  // protected by the mutex
    tally given;
    tally taken;

    [[nodiscard]] bool has_ticket() const { return tickets.read() > 0; }

    /// After a wait.
    void check_owner(const lock_type& lock)
    {
        require(lock.owns_lock() && mutex.owner() == this_thread_id(), "a wait returns with the mutex");
    }
    void take()
    {
        lock_type lock{mutex};
        condition.wait(lock, [this] { return has_ticket(); });
        check_owner(lock);
        tickets.write(tickets.read() - 1);
        taken.add(1);
    }
    /// A wait that may give up: if it does not, another thread shall have the ticket.
    void look(const limit& until)
    {
        lock_type lock{mutex};
        const outcome ended = condition.wait(lock, until, [this] { return has_ticket(); });
        check_owner(lock);
        require(has_ticket() == (ended == outcome::acquired), "acquired exactly if it holds");
        lock.unlock();
        if (ended == outcome::acquired) {
            condition.notify_one();
        }
    }
    /// The same without a predicate.
    void doze(const limit& until)
    {
        lock_type lock{mutex};
        const outcome ended = condition.wait(lock, until);
        check_owner(lock);
        if (ended == outcome::acquired) {
            condition.notify_one();
        }
    }
    void give(int count)
    {
        const lock_type lock{mutex};
        tickets.write(tickets.read() + count);
        given.add(count);
    }
};

/// takes, gives: tickets. A thread that takes needs as many as it takes, for ever.
struct condition_operation {
    std::string name;
    int takes;
    int gives;
    bool waits;
    std::function<void(condition_world&)> run;
};

inline std::vector<condition_operation> waiting_operations()
{
    using namespace std::chrono_literals;
    using world = condition_world;
    return {
        {"wait", 1, 0, true, [](world& w) { w.take(); }},
        {"wait_for", 0, 0, true, [](world& w) { w.look(1ms); }},
        {"wait_for_nothing", 0, 0, true, [](world& w) { w.doze(0ms); }},
        {"doze_for", 0, 0, true, [](world& w) { w.doze(1ms); }},
        {"doze_for_or_stop", 0, 0, true,
         [](world& w) {
             w.doze({1ms, w.stop.get_token()});
         }},
    };
}

inline std::vector<condition_operation> other_operations()
{
    using world = condition_world;
    return {
        {"notify_one", 0, 1, false,
         [](world& w) {
             w.give(1);
             w.condition.notify_one();
         }},
        {"notify_one_owning", 0, 1, false,
         [](world& w) {
             const world::lock_type lock{w.mutex};
             w.tickets.write(w.tickets.read() + 1);
             w.given.add(1);
             w.condition.notify_one();
         }},
        {"notify_all", 0, 2, false,
         [](world& w) {
             w.give(2);
             w.condition.notify_all();
         }},
        {"notify_nothing", 0, 0, false, [](world& w) { w.condition.notify_all(); }},
        {"lock", 0, 0, false,
         [](world& w) {
             const world::lock_type lock{w.mutex};
             w.tickets.write(w.tickets.read());
         }},
        {"request_stop", 0, 0, false, [](world& w) { w.stop.request_stop(); }},
        {"wait_unlocked", 0, 0, false,
         [](world& w) {
             world::lock_type lock{w.mutex, std::defer_lock};
             try {
                 w.condition.wait(lock);
                 fail("waited without the mutex");
             } catch (const std::system_error& thrown) {
                 require(thrown.code() == std::errc::operation_not_permitted, "the right error");
             }
         }},
    };
}

inline const std::vector<condition_operation>& condition_operations()
{
    static const std::vector<condition_operation> all = [] {
        std::vector<condition_operation> list = waiting_operations();
        const std::vector<condition_operation> others = other_operations();
        list.insert(list.end(), others.begin(), others.end());
        return list;
    }();
    return all;
}

inline const condition_operation& condition_operation_named(const std::string& name)
{
    for (const auto& operation : condition_operations()) {
        if (operation.name == name) {
            return operation;
        }
    }
    throw std::invalid_argument(name);
}

/// Whether every thread that waits for ever will find a ticket.
inline bool all_can_end(const std::vector<condition_operation>& operations)
{
    int left = 0;
    for (const auto& operation : operations) {
        left += operation.gives - operation.takes;
    }
    return left >= 0;
}

/// These operations at the same time, each on a thread of its own.
inline body condition_scenario(std::vector<condition_operation> operations)
{
    return [operations = std::move(operations)](scenario& s) {
        auto& world = s.make<condition_world>();
        s.name(&world.mutex, "the mutex");
        s.name(&world.condition, "the condition");
        for (const auto& operation : operations) {
            s.thread(operation.name, [&world, &operation] { operation.run(world); });
        }
        s.finally([&world] {
            require(world.mutex.owner() == thread_id::none, "nobody owns it at the end");
            require(world.tickets.read() == world.given.value() - world.taken.value(),
                    "tickets are conserved");
            require(world.mutex.try_lock(), "nothing forbids to take it");
            world.mutex.unlock();
        });
    };
}

}  // namespace signalbox::simulated
