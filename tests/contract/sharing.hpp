// What the tests of shared mutexes have in common: every mode, every way into it, and threads that hold one.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"

namespace signalbox::contract {

/// One way to hold a shared mutex: how to get it, and how to let it go.
template <class Mutex>
struct mode_of {
    const char* name;
    std::function<void(Mutex&)> take;
    std::function<bool(Mutex&)> try_take;
    std::function<outcome(Mutex&, const limit&)> take_within;
    std::function<bool(Mutex&, std::chrono::nanoseconds)> take_for;
    std::function<void(Mutex&)> give;
};

template <class Mutex>
const mode_of<Mutex> writing{
    "writing",
    [](Mutex& m) { m.lock(); },
    [](Mutex& m) { return m.try_lock(); },
    [](Mutex& m, const limit& l) { return m.lock(l); },
    [](Mutex& m, std::chrono::nanoseconds span) {
        return span.count() % 2 == 0 ? m.try_lock_for(span) : m.try_lock_until(clock::now() + span);
    },
    [](Mutex& m) { m.unlock(); },
};

template <class Mutex>
const mode_of<Mutex> reading{
    "reading",
    [](Mutex& m) { m.lock_shared(); },
    [](Mutex& m) { return m.try_lock_shared(); },
    [](Mutex& m, const limit& l) { return m.lock_shared(l); },
    [](Mutex& m, std::chrono::nanoseconds span) {
        return span.count() % 2 == 0 ? m.try_lock_shared_for(span)
                                     : m.try_lock_shared_until(clock::now() + span);
    },
    [](Mutex& m) { m.unlock_shared(); },
};

template <class Mutex>
const mode_of<Mutex> upgrading{
    "upgrading",
    [](Mutex& m) { m.lock_upgrade(); },
    [](Mutex& m) { return m.try_lock_upgrade(); },
    [](Mutex& m, const limit& l) { return m.lock_upgrade(l); },
    [](Mutex& m, std::chrono::nanoseconds span) {
        return span.count() % 2 == 0 ? m.try_lock_upgrade_for(span)
                                     : m.try_lock_upgrade_until(clock::now() + span);
    },
    [](Mutex& m) { m.unlock_upgrade(); },
};

template <class Mutex>
std::vector<const mode_of<Mutex>*> all_modes()
{
    return {&writing<Mutex>, &reading<Mutex>, &upgrading<Mutex>};
}

/// Waits for a mode on a thread of its own, and holds it until told to let go.
template <class Mutex>
class holder {
public:
    holder(Mutex& mutex, const mode_of<Mutex>& mode, limit within = {})
        : thread_{[this, &mutex, &mode, within = std::move(within)] {
              const outcome ended = mode.take_within(mutex, within);
              if (is_acquired(ended)) {
                  holds_.store(true);
                  require([this] { return shall_let_go_.load(); });
                  holds_.store(false);
                  mode.give(mutex);
              }
              return ended;
          }}
    {
    }
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;
    ~holder() { shall_let_go_.store(true); }

    [[nodiscard]] bool holds() const { return holds_.load(); }
    [[nodiscard]] bool gets_it() const
    {
        return eventually([this] { return holds(); });
    }
    /// Waits until it sleeps: it has not got what it wants.
    [[nodiscard]] bool has_to_wait() const
    {
        return thread_.falls_asleep() && !holds() && !thread_.is_done();
    }

    void let_go() { shall_let_go_.store(true); }
    [[nodiscard]] outcome ended()
    {
        let_go();
        return thread_.get();
    }

private:
    std::atomic<bool> holds_{false};
    std::atomic<bool> shall_let_go_{false};
    task<outcome> thread_;
};

/// Whether another thread gets this mode without waiting; it lets go at once.
template <class Mutex>
bool another_gets(Mutex& mutex, const mode_of<Mutex>& mode)
{
    return start([&] {
               const bool got = mode.try_take(mutex);
               if (got) {
                   mode.give(mutex);
               }
               return got;
           })
        .get();
}

}  // namespace signalbox::contract
