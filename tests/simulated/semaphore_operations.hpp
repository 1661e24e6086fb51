// Every public operation of the semaphore, for one and for two permits, as something that one simulated
// thread does.
//
// Because      A scenario must be able to end: there are as many permits at first as its operations take and
//              don't give, and as many more as its largest request that gives them back.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <signalbox/platform/stop.hpp>
#include <signalbox/semaphore.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {

struct semaphore_world {
    int initial;
    int capacity;
    signalbox::semaphore semaphore;
    platform::stop_source stop;
    tally held;
    tally given;
    shared_data<int> alone{0};    // touched by holders if there is one permit
    shared_data<int> message{0};  // written before the only gift, read after taking it
    bool is_exclusive = false;
    bool is_messenger = false;

    semaphore_world(int first, int most, fairness order)
        : initial{first}, capacity{most}, semaphore{first, {most, order}}
    {
    }

    void hold(int n)
    {
        held.add(n);
        require(held.value() <= initial + given.value(), "no permit is held twice");
        if (is_exclusive) {
            alone.write(alone.read() + 1);
        }
    }
    void use(int n)
    {
        hold(n);
        held.add(-n);
        semaphore.release(n);
    }
    void take(int n)
    {
        hold(n);
        require(!is_messenger || message.read() == 1, "what was done before the release");
    }
    void give(int n)
    {
        if (is_messenger) {
            message.write(1);
        }
        given.add(n);
        semaphore.release(n);
    }
};

struct semaphore_operation {
    std::string name;
    int takes = 0;  // and keeps
    int uses = 0;   // and gives back
    int gives = 0;
    std::function<void(semaphore_world&)> run;
};

inline std::vector<semaphore_operation> semaphore_operations_for(int n)
{
    using namespace std::chrono_literals;
    const std::string suffix = "_" + std::to_string(n);
    return {
        {"use" + suffix, 0, n, 0,
         [n](semaphore_world& w) {
             w.semaphore.acquire(n);
             w.use(n);
         }},
        {"try_use" + suffix, 0, n, 0,
         [n](semaphore_world& w) {
             if (w.semaphore.try_acquire(n)) {
                 w.use(n);
             }
         }},
        {"use_for" + suffix, 0, n, 0,
         [n](semaphore_world& w) {
             if (w.semaphore.try_acquire_for(1ms, n)) {
                 w.use(n);
             }
         }},
        {"use_unless_stopped" + suffix, 0, n, 0,
         [n](semaphore_world& w) {
             const outcome result = w.semaphore.acquire(n, w.stop.get_token());
             require(result != outcome::timed_out, "it has no deadline");
             if (result == outcome::acquired) {
                 w.use(n);
             }
         }},
        {"take" + suffix, n, 0, 0,
         [n](semaphore_world& w) {
             w.semaphore.acquire(n);
             w.take(n);
         }},
        {"give" + suffix, 0, 0, n, [n](semaphore_world& w) { w.give(n); }},
    };
}

inline const std::vector<semaphore_operation>& semaphore_operations()
{
    static const std::vector<semaphore_operation> all = [] {
        std::vector<semaphore_operation> list = semaphore_operations_for(1);
        const std::vector<semaphore_operation> two = semaphore_operations_for(2);
        list.insert(list.end(), two.begin(), two.end());
        list.push_back({"request_stop", 0, 0, 0, [](semaphore_world& w) { w.stop.request_stop(); }});
        list.push_back({"look", 0, 0, 0, [](semaphore_world& w) {
                            const auto available = w.semaphore.available();
                            require(available >= 0 && available <= w.capacity, "between none and all");
                            require(w.semaphore.waiters() <= 2, "no more than there are");
                            require(w.semaphore.capacity() == w.capacity, "as constructed");
                        }});
        list.push_back({"release_too_many", 0, 0, 0, [](semaphore_world& w) {
                            try {
                                w.semaphore.release(w.capacity + 1);
                                fail("released past the capacity");
                            } catch (const std::system_error& thrown) {
                                require(thrown.code() == std::errc::value_too_large, "the right error");
                            }
                        }});
        return list;
    }();
    return all;
}

/// These operations at the same time, each on a thread of its own.
inline body semaphore_scenario(std::vector<semaphore_operation> operations, fairness order)
{
    int takes = 0;
    int uses = 0;
    int gives = 0;
    int givers = 0;
    for (const auto& operation : operations) {
        takes += operation.takes;
        uses = std::max(uses, operation.uses);
        gives += operation.gives;
        givers += operation.gives > 0;
    }
    const int initial = std::max(takes + uses - gives, 0);
    return [=, operations = std::move(operations)](scenario& s) {
        auto& world = s.make<semaphore_world>(initial, std::max(initial + gives, 1), order);
        world.is_exclusive = initial + gives == 1 && takes == 0;
        world.is_messenger = initial == 0 && givers == 1 && uses == 0;
        s.name(&world.semaphore, "the semaphore");
        for (const auto& operation : operations) {
            s.thread(operation.name, [&world, &operation] { operation.run(world); });
        }
        s.finally([&world] {
            const int left = world.initial + world.given.value() - world.held.value();
            require(world.semaphore.available() == left, "permits are conserved");
            require(world.semaphore.waiters() == 0, "nobody waits at the end");
            require(left == 0 || world.semaphore.try_acquire(left), "nothing forbids to take them all");
        });
    };
}

}  // namespace signalbox::simulated
