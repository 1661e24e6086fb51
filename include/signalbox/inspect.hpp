// A look at what is going on: who holds an object, who waits for it, since when and where.
//
// Because      A program that hangs must be able to say why. The waiters stand in one table and a mutex
//              knows its owner, in every build; who has the permits of a semaphore, and where things were
//              acquired, is known of code that was compiled with SIGNALBOX_SITES=1.
// Invariant 1  Nothing here changes an object, or calls the user's code under a lock of the library's.
// Checked by   tests/thread/inspect_test.cpp, tests/thread/sites_test.cpp
// Source       docs/inspecting.md, docs/decisions/0005-names-and-sites.md
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include <signalbox/config.hpp>
#include <signalbox/name.hpp>

namespace signalbox {

inline namespace thread {
class recursive_mutex;
class shared_mutex;
class condition_variable;
class event;
class auto_reset_event;
class latch;
template <class CompletionFunction>
class barrier;
}  // namespace thread

namespace detail {

/// What an object says of itself.
struct self_description {
    const void* address = nullptr;
    std::size_t size = 1;
    const char* kind = "object";
    bool has_owner = false;
    std::uint32_t owner = 0;      // an identity; 0: nobody
    bool is_for_upgrade = false;  // it reads, and others may beside it
    std::int64_t readers = 0;
    bool has_permits = false;
    std::int64_t out = 0;
    std::int64_t capacity = 0;
    bool is_closed = false;
};

/// What explain() and dump() call an object of this type: "mutex" if it has an owner, "semaphore" if it has
/// permits. Other types specialise it.
template <class Object>
inline constexpr const char* kind_name = nullptr;
template <>
inline constexpr const char* kind_name<recursive_mutex> = "recursive_mutex";
template <>
inline constexpr const char* kind_name<shared_mutex> = "shared_mutex";
template <>
inline constexpr const char* kind_name<condition_variable> = "condition_variable";
template <>
inline constexpr const char* kind_name<event> = "event";
template <>
inline constexpr const char* kind_name<auto_reset_event> = "auto_reset_event";
template <>
inline constexpr const char* kind_name<latch> = "latch";
template <class CompletionFunction>
inline constexpr const char* kind_name<barrier<CompletionFunction>> = "barrier";

template <class Object>
[[nodiscard]] self_description describe(const Object& object)
{
    self_description self;
    self.address = std::addressof(object);
    self.size = sizeof(Object);
    if constexpr (requires { object.owner().value(); }) {
        self.kind = "mutex";
        self.has_owner = true;
        self.owner = object.owner().value();
    }
    if constexpr (requires { object.upgrader().value(); }) {
        if (self.owner == 0) {
            self.owner = object.upgrader().value();
            self.is_for_upgrade = self.owner != 0;
        }
    }
    if constexpr (requires { object.readers() + 1; }) {
        self.readers = object.readers();
    }
    if constexpr (requires { object.capacity() - object.available(); }) {
        self.kind = "semaphore";
        self.has_permits = true;
        self.capacity = object.capacity();
        self.out = self.capacity - object.available();
    }
    if constexpr (requires { object.is_closed() ? 1 : 0; }) {
        self.is_closed = object.is_closed();
    }
    if constexpr (kind_name<Object> != nullptr) {
        self.kind = kind_name<Object>;
    }
    return self;
}

[[nodiscard]] SIGNALBOX_API std::string explain(const self_description& self);
[[nodiscard]] SIGNALBOX_API std::string dump_text();

}  // namespace detail

/// Says in one line what an object is doing, and what is known of its holders and waiters:
///   semaphore db: 4 of 4 out; 9 waiting, longest 3.1 s; held by thread 17 at main.cpp:88 since 3.1 s
///   mutex cache: owned by thread 3 (worker) since 0.4 s; 1 waiting, longest 0.4 s
/// What is not known is left out; an object without a name goes by its address; a semaphore without a
/// capacity says how many permits are available. Times are how long ago. Works for whatever has an owner()
/// or a capacity().
/// Errors      std::bad_alloc.
/// Complexity  The locks of the whole waiting table, about 10 us. Threads: any; the object must be alive.
template <class Object>
[[nodiscard]] std::string explain(const Object& object)
{
    return detail::explain(detail::describe(object));
}

/// Writes every object that somebody waits for, as explain() says it, and below it a line for each waiter,
/// oldest first. Works while everything is deadlocked.
/// Errors      std::bad_alloc.
/// Complexity  As explain(): the table is locked while it is copied, and not while it is written.
SIGNALBOX_API void dump(std::FILE* to = stderr);

/// The same as one text, lines ended by '\n', given to `report(std::string_view)`.
template <std::invocable<std::string_view> Report>
void dump(Report&& report)
{
    report(std::string_view{detail::dump_text()});
}

/// For a debugger in which all threads stand still: `call signalbox::dump_from_debugger()`. Writes to stderr.
/// It waits for no lock of the library's: what a stopped thread keeps locked is read as it is. It does
/// allocate memory and write to a stream: call it on a thread that is not in the middle of that itself (gdb
/// lets the others run meanwhile).
SIGNALBOX_API void dump_from_debugger() noexcept;

/// Switches the notes about holders on or off, for the code that was compiled with SIGNALBOX_SITES=1; they
/// are on at first. Off forgets what was noted of mutexes; permits that are held stay known until they are
/// released. Threads: any.
SIGNALBOX_API void track(bool on) noexcept;

/// Says whether such code notes what it holds.
[[nodiscard]] SIGNALBOX_API bool is_tracking() noexcept;

}  // namespace signalbox
