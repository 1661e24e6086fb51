// Who waits for whom, over all objects that this user can see.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "views.hpp"

namespace signalbox::tool {

/// Objects of which each is held by who waits for the next, and the last by who waits for the first.
struct cycle {
    std::vector<const object_view*> objects;

    /// Whether none of them can go on: each has one holder, and nothing that anybody may give back.
    [[nodiscard]] bool is_deadlock() const noexcept;
    /// "'a' -> 'b' -> 'a'"
    [[nodiscard]] std::string text() const;
};

/// One wait for an object.
struct wait_view {
    const object_view* object;
    const party* waiter;
};

/// Because  A command under `run` waits by a process of its own: so what a process waits for is what it or
///          any of its descendants waits for.
class graph {
public:
    /// The objects must outlive it.
    explicit graph(const std::vector<object_view>& objects);

    /// What a process waits for, itself or by a descendant.
    [[nodiscard]] std::vector<wait_view> waits_of(std::int32_t pid) const;

    /// Of each object that is in a cycle one that is as short as any; each cycle once.
    [[nodiscard]] std::vector<cycle> cycles() const;

private:
    [[nodiscard]] std::vector<const object_view*> behind(const object_view& object) const;
    [[nodiscard]] cycle shortest_through(const object_view& object) const;

    const std::vector<object_view>& objects_;
    std::map<std::int32_t, std::vector<wait_view>> waits_;  // of each process, and of its descendants
};

}  // namespace signalbox::tool
