// An object as people see it: what is free, who holds, who waits.
#pragma once

#include <chrono>
#include <cstdint>
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
    std::string command;  // its arguments; if they can't be read, its short name
};

struct object_view {
    std::string name;
    process::kind kind = process::kind::semaphore;
    bool is_closed = false;  // closed, or poisoned
    bool is_set = false;     // of an event
    std::ptrdiff_t capacity = 1;
    std::ptrdiff_t free = 0;
    std::ptrdiff_t out = 0;
    std::vector<party> holders;
    std::vector<party> waiters;

    [[nodiscard]] std::ptrdiff_t held() const noexcept;
};

object_view look_at(const any_object& object);

/// All that this user can open.
std::vector<object_view> look_at_all();

/// The text without what a terminal would take as a command.
std::string visible(std::string text);

/// "3.2 s", "5 min", as people say it.
std::string spoken(std::chrono::nanoseconds span);

}  // namespace signalbox::tool
