// What the tests of owned locks share: an owner on another thread, and messages that name threads.
#pragma once

#include <cctype>
#include <string>
#include <utility>

#include "harness.hpp"

namespace signalbox::contract {

/// Locks a mutex on another thread, and unlocks it there when told.
template <class Mutex>
class other_owner {
public:
    explicit other_owner(Mutex& mutex)
        : thread_{[this, &mutex] {
              mutex.lock();
              owner_ = mutex.owner();
              has_locked_.store(true);
              require([this] { return shall_unlock_.load(); });
              mutex.unlock();
              return true;
          }}
    {
        require([this] { return has_locked_.load(); });
    }

    other_owner(const other_owner&) = delete;
    other_owner& operator=(const other_owner&) = delete;

    ~other_owner() { unlock(); }

    [[nodiscard]] auto id() const { return owner_; }

    void unlock() { shall_unlock_.store(true); }

private:
    std::atomic<bool> has_locked_{false};
    std::atomic<bool> shall_unlock_{false};
    decltype(std::declval<const Mutex&>().owner()) owner_{};
    task<bool> thread_;
};

template <class Mutex>
other_owner(Mutex&) -> other_owner<Mutex>;

/// Says whether the text names the thread, as a whole number.
template <class Id>
bool names(const std::string& text, Id id)
{
    const std::string number = "thread " + std::to_string(id.value());
    for (auto at = text.find(number); at != std::string::npos; at = text.find(number, at + 1)) {
        const auto after = at + number.size();
        if (after == text.size() || std::isdigit(static_cast<unsigned char>(text[after])) == 0) {
            return true;
        }
    }
    return false;
}

}  // namespace signalbox::contract
