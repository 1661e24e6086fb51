// The texts of the library's errors: what was tried, on what, by whom, and the way out.
#include "core/errors.hpp"

#include <cstdio>
#include <string>
#include <system_error>

#include <signalbox/name.hpp>

namespace signalbox::detail {
namespace {

std::string named(const char* kind, const void* object)
{
    char address[32];
    std::snprintf(address, sizeof address, "%p", object);
    const std::string name = name_of(object);
    return std::string("signalbox: ") + kind + ' ' + (name.empty() ? address : name + " (" + address + ')') +
           ": ";
}

std::string thread_named(std::uint32_t id)
{
    return "thread " + std::to_string(id);
}

[[noreturn]] void throw_error(std::errc code, const std::string& text)
{
    throw std::system_error(std::make_error_code(code), text);
}

// "shared_mutex 0x1: unlock() by thread 3, but " and how it is held.
std::string shared_call(const void* object, const char* call, share_state now, std::uint32_t caller)
{
    std::string text = named("shared_mutex", object) + call + "() by " + thread_named(caller) + ", but ";
    if (now.writer != 0) {
        return text + "its writer is " + thread_named(now.writer);
    }
    text += now.readers == 0 ? "nobody reads" : std::to_string(now.readers) + " read";
    return text + " and " +
           (now.upgrader == 0 ? "nobody writes" : thread_named(now.upgrader) + " holds it for upgrade");
}

}  // namespace

void throw_already_owned(const void* object, std::uint32_t caller)
{
    throw_error(std::errc::resource_deadlock_would_occur, named("mutex", object) + "lock() by " +
                                                              thread_named(caller) + ", but its owner is " +
                                                              thread_named(caller) + " already");
}

void throw_not_owner(const void* object, std::uint32_t owner, std::uint32_t caller)
{
    throw_error(std::errc::operation_not_permitted,
                named("mutex", object) + "unlock() by " + thread_named(caller) + ", but its owner is " +
                    (owner == 0 ? std::string("nobody") : thread_named(owner)));
}

void throw_not_locked(const void* condition, std::uint32_t caller)
{
    throw_error(std::errc::operation_not_permitted, named("condition_variable", condition) + "wait() by " +
                                                        thread_named(caller) +
                                                        " with a lock that it does not own");
}

void throw_other_mutex(const void* condition, const void* mutex, const void* theirs)
{
    char text[80];
    std::snprintf(text, sizeof text, "wait() with mutex %p while others wait with mutex %p", mutex, theirs);
    throw_error(std::errc::invalid_argument, named("condition_variable", condition) + text);
}

void throw_too_deep(const void* object, std::uint32_t owner, std::uint32_t depth)
{
    throw_error(std::errc::value_too_large, named("recursive_mutex", object) + "lock() by its owner, " +
                                                thread_named(owner) + ", which has locked it " +
                                                std::to_string(depth) + " times: that is the most");
}

void throw_held_already(const void* object, const char* call, share_state now, std::uint32_t caller)
{
    throw_error(std::errc::resource_deadlock_would_occur,
                shared_call(object, call, now, caller) + " already");
}

void throw_not_held(const void* object, const char* call, share_state now, std::uint32_t caller)
{
    throw_error(std::errc::operation_not_permitted, shared_call(object, call, now, caller));
}

void throw_past_capacity(const void* object, std::int64_t n, std::int64_t available, std::int64_t capacity)
{
    throw_error(std::errc::value_too_large, named("semaphore", object) + "release(" + std::to_string(n) +
                                                ") with " + std::to_string(available) + " of " +
                                                std::to_string(capacity) +
                                                " permits available would go past the capacity");
}

void throw_never_enough(const void* object, std::int64_t n, std::int64_t capacity)
{
    throw_error(std::errc::invalid_argument, named("semaphore", object) + "acquire(" + std::to_string(n) +
                                                 ") can never succeed: the capacity is " +
                                                 std::to_string(capacity));
}

void throw_outgrown(const void* object, std::int64_t n)
{
    throw_error(std::errc::invalid_argument,
                named("semaphore", object) + "acquire(" + std::to_string(n) +
                    ") can never succeed any more: a resize() made the capacity smaller than that");
}

void throw_closed(const void* object, std::int64_t n)
{
    throw_error(std::errc::operation_canceled,
                named("semaphore", object) + "acquire(" + std::to_string(n) + "), but it was closed");
}

void throw_bad_capacity(const void* object, std::int64_t capacity, std::int64_t most)
{
    throw_error(std::errc::invalid_argument, named("semaphore", object) + "resize(" +
                                                 std::to_string(capacity) +
                                                 "): it must be 0 <= capacity <= " + std::to_string(most));
}

void throw_negative(const void* object, const char* what, std::int64_t n)
{
    throw_error(std::errc::invalid_argument, named("semaphore", object) + what + "(" + std::to_string(n) +
                                                 "): the number of permits must not be negative");
}

void throw_bad_gate(const char* kind, std::int64_t expected, std::int64_t most)
{
    throw_error(std::errc::invalid_argument, std::string("signalbox: ") + kind + " for " +
                                                 std::to_string(expected) +
                                                 ": it must be 0 <= expected <= " + std::to_string(most));
}

void throw_bad_arrival(const char* kind, const void* object, const char* what, std::int64_t n)
{
    throw_error(std::errc::invalid_argument,
                named(kind, object) + what + "(" + std::to_string(n) + "): that is no number to count");
}

void throw_too_many(const char* kind, const void* object, const char* what, std::int64_t n, std::int64_t left)
{
    throw_error(std::errc::value_too_large, named(kind, object) + what + "(" + std::to_string(n) +
                                                "), but only " + std::to_string(left) + " are missing");
}

void throw_bad_semaphore(std::int64_t initial, std::int64_t capacity, std::int64_t most)
{
    throw_error(std::errc::invalid_argument,
                "signalbox: semaphore with " + std::to_string(initial) + " permits of a capacity of " +
                    std::to_string(capacity) +
                    ": it must be 0 <= initial <= capacity <= " + std::to_string(most));
}

}  // namespace signalbox::detail
