// Every public operation of the shared mutex, as something that one simulated thread does.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <signalbox/platform/stop.hpp>
#include <signalbox/shared_mutex.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {

struct shared_world {
    signalbox::shared_mutex mutex;
    platform::stop_source stop;
    shared_data<int> data{0};  // protected by the mutex
    tally entries;

    /// What a reader does: the machine reports a race with a writer that is not ordered.
    int look()
    {
        require(mutex.owner() == thread_id::none, "nobody writes beside a reader");
        return data.read();
    }
    void read_and_unlock()
    {
        look();
        mutex.unlock_shared();
    }
    void write()
    {
        data.write(data.read() + 1);
        entries.add(1);
        require(mutex.owner() == this_thread_id(), "the writer is the owner");
    }
    void write_and_unlock()
    {
        write();
        mutex.unlock();
    }
};

struct shared_operation {
    std::string name;
    std::function<void(shared_world&)> run;
};

inline bool is_refused(std::errc code, const std::function<void()>& what)
{
    try {
        what();
    } catch (const std::system_error& thrown) {
        return thrown.code() == code;
    }
    return false;
}

inline void write_if(shared_world& w, bool has_locked)
{
    if (has_locked) {
        w.write_and_unlock();
    }
}

inline void read_if(shared_world& w, bool has_locked)
{
    if (has_locked) {
        w.read_and_unlock();
    }
}

inline void write_and_downgrade(shared_world& w)
{
    w.mutex.lock();
    w.write();
    const int seen = w.data.read();
    w.mutex.downgrade();
    require(w.look() == seen, "no writer came in between");
    w.mutex.unlock_shared();
}

inline void write_and_lower(shared_world& w)
{
    w.mutex.lock();
    w.write();
    const int seen = w.data.read();
    w.mutex.unlock_and_lock_upgrade();
    require(w.look() == seen, "no writer came in between");
    w.mutex.unlock_upgrade_and_lock_shared();
    require(w.look() == seen, "nor here");
    w.mutex.unlock_shared();
}

inline void upgrade_within(shared_world& w, const limit& until)
{
    w.mutex.lock_upgrade();
    const int seen = w.look();
    if (w.mutex.unlock_upgrade_and_lock(until) == outcome::acquired) {
        require(w.data.read() == seen, "no other writer came in between");
        w.write_and_unlock();
    } else {
        require(w.look() == seen, "it still holds it for upgrade");
        w.mutex.unlock_upgrade();
    }
}

inline const std::vector<shared_operation>& shared_operations()
{
    using namespace std::chrono_literals;
    static const std::vector<shared_operation> all{
        {"write", [](shared_world& w) { w.mutex.lock(), w.write_and_unlock(); }},
        {"try_write", [](shared_world& w) { write_if(w, w.mutex.try_lock()); }},
        {"write_for", [](shared_world& w) { write_if(w, w.mutex.try_lock_for(1ms)); }},
        {"write_unless_stopped",
         [](shared_world& w) { write_if(w, w.mutex.lock(w.stop.get_token()) == outcome::acquired); }},
        {"read", [](shared_world& w) { w.mutex.lock_shared(), w.read_and_unlock(); }},
        {"try_read", [](shared_world& w) { read_if(w, w.mutex.try_lock_shared()); }},
        {"read_for", [](shared_world& w) { read_if(w, w.mutex.try_lock_shared_for(1ms)); }},
        {"read_unless_stopped",
         [](shared_world& w) { read_if(w, w.mutex.lock_shared(w.stop.get_token()) == outcome::acquired); }},
        {"request_stop", [](shared_world& w) { w.stop.request_stop(); }},
        {"downgrade", write_and_downgrade},
        {"lower", write_and_lower},
        {"upgrade", [](shared_world& w) { upgrade_within(w, limit{}); }},
        {"upgrade_for", [](shared_world& w) { upgrade_within(w, 1ms); }},
        {"unlock_of_another",
         [](shared_world& w) {
             require(is_refused(std::errc::operation_not_permitted, [&w] { w.mutex.unlock(); }),
                     "a stranger is told");
         }},
    };
    return all;
}

/// These operations at the same time, each on a thread of its own.
inline body shared_scenario(std::vector<shared_operation> operations)
{
    return [operations = std::move(operations)](scenario& s) {
        auto& world = s.make<shared_world>();
        s.name(&world.mutex, "the shared mutex");
        for (const auto& operation : operations) {
            s.thread(operation.name, [&world, &operation] { operation.run(world); });
        }
        s.finally([&world] {
            require(world.data.read() == world.entries.value(), "every writer counted");
            require(world.mutex.try_lock(), "nobody holds it at the end, and nothing forbids to take it");
            world.mutex.unlock();
        });
    };
}

}  // namespace signalbox::simulated
