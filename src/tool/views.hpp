// An object as people see it: what is free, who holds, who waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linux/processes.hpp"
#include "objects.hpp"

namespace signalbox::tool {

/// A process that holds, or a thread that waits.
struct party {
    std::int32_t pid = 0;
    std::ptrdiff_t permits = 0;
    std::string label;
    std::chrono::nanoseconds since{};  // how long it has used the object, or waited
    process_view process;
    bool is_alive = true;   // it or a child that holds on; what the dead hold comes back at the next use
    std::string command{};  // its arguments; if they can't be read, its short name
    bool is_holder = false;
    std::optional<std::chrono::nanoseconds> held_at_least{};

    /// How long it has waited, or held: more than (>) what is known, or less than (<) it has used the object.
    [[nodiscard]] std::string duration() const;
    /// Its command, or why there is none to show.
    [[nodiscard]] std::string fate() const;
};

struct object_view {
    std::string name;
    process::kind kind = process::kind::semaphore;
    bool is_closed = false;   // closed, or poisoned
    bool is_damaged = false;  // what stands in its file contradicts itself
    bool is_set = false;      // of an event
    std::ptrdiff_t capacity = 1;
    std::ptrdiff_t free = 0;
    std::ptrdiff_t out = 0;
    std::vector<party> holders;
    std::vector<party> waiters;
    // By look_at_all() alone.
    std::ptrdiff_t users = 0;
    std::ptrdiff_t dead = 0;  // users that are gone, and have given nothing back yet
    std::string state;

    [[nodiscard]] std::ptrdiff_t held() const noexcept;
};

object_view look_at(const any_object& object);

/// All that this user can read, without becoming a user of any.
std::vector<object_view> look_at_all();

}  // namespace signalbox::tool
