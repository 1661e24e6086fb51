// Every public operation of the mutex, as something that one simulated thread does.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <signalbox/mutex.hpp>
#include <signalbox/platform/stop.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {

struct mutex_world {
    signalbox::mutex mutex;
    platform::stop_source stop;
    shared_data<int> data{0};  // protected by the mutex
    tally entries;

    /// What the owner does: the machine reports a race if two owners are not ordered.
    void use()
    {
        data.write(data.read() + 1);
        entries.add(1);
        require(mutex.owner() == this_thread_id(), "the owner is the owner");
    }
    void use_and_unlock()
    {
        use();
        mutex.unlock();
    }
};

struct mutex_operation {
    std::string name;
    std::function<void(mutex_world&)> run;
};

inline bool throws(std::errc code, const std::function<void()>& what)
{
    try {
        what();
    } catch (const std::system_error& thrown) {
        return thrown.code() == code;
    }
    return false;
}

inline std::vector<mutex_operation> operations_that_wait()
{
    using namespace std::chrono_literals;
    return {
        {"lock",
         [](mutex_world& w) {
             w.mutex.lock();
             w.use_and_unlock();
         }},
        {"lock_twice",
         [](mutex_world& w) {
             for (int round = 0; round < 2; ++round) {
                 w.mutex.lock();
                 w.use_and_unlock();
             }
         }},
        {"lock_for",
         [](mutex_world& w) {
             if (w.mutex.lock(1ms) == outcome::acquired) {
                 w.use_and_unlock();
             }
         }},
        {"lock_unless_stopped",
         [](mutex_world& w) {
             const outcome result = w.mutex.lock(w.stop.get_token());
             require(result != outcome::timed_out, "it has no deadline");
             if (result == outcome::acquired) {
                 w.use_and_unlock();
             }
         }},
    };
}

inline std::vector<mutex_operation> operations_that_do_not_wait()
{
    using namespace std::chrono_literals;
    return {
        {"try_lock",
         [](mutex_world& w) {
             if (w.mutex.try_lock()) {
                 w.use_and_unlock();
             }
         }},
        {"try_lock_for_nothing",
         [](mutex_world& w) {
             if (w.mutex.try_lock_for(0ms)) {
                 w.use_and_unlock();
             }
         }},
        {"request_stop", [](mutex_world& w) { w.stop.request_stop(); }},
    };
}

inline std::vector<mutex_operation> misuses()
{
    return {
        {"lock_again",
         [](mutex_world& w) {
             w.mutex.lock();
             w.use();
             require(throws(std::errc::resource_deadlock_would_occur, [&w] { w.mutex.lock(); }),
                     "the owner is told");
             w.mutex.unlock();
         }},
        {"unlock_of_another",
         [](mutex_world& w) {
             require(throws(std::errc::operation_not_permitted, [&w] { w.mutex.unlock(); }),
                     "a stranger is told");
         }},
    };
}

inline const std::vector<mutex_operation>& mutex_operations()
{
    static const std::vector<mutex_operation> all = [] {
        std::vector<mutex_operation> list = operations_that_wait();
        for (const auto& others : {operations_that_do_not_wait(), misuses()}) {
            list.insert(list.end(), others.begin(), others.end());
        }
        return list;
    }();
    return all;
}

/// These operations at the same time, each on a thread of its own.
inline body mutex_scenario(std::vector<mutex_operation> operations)
{
    return [operations = std::move(operations)](scenario& s) {
        auto& world = s.make<mutex_world>();
        s.name(&world.mutex, "the mutex");
        for (const auto& operation : operations) {
            s.thread(operation.name, [&world, &operation] { operation.run(world); });
        }
        s.finally([&world] {
            require(world.mutex.owner() == thread_id::none, "nobody owns it at the end");
            require(world.data.read() == world.entries.value(), "every owner counted");
            require(world.mutex.try_lock(), "nothing forbids to take it");
            world.mutex.unlock();
        });
    };
}

}  // namespace signalbox::simulated
