// What is asked of a semaphore: whether it can be, and what is said if not.
#pragma once

#include <cstddef>
#include <string>

#include "process/attachment.hpp"
#include "process/errors.hpp"

namespace signalbox::process::detail {

inline std::ptrdiff_t capacity_of(const attachment& object)
{
    holder_entry entry;
    if (object.books.value_of(capacity_cell, entry) == verdict::corrupt) {
        fail_corrupt(object.name);
    }
    return entry.value;
}

// Whether `n` permits can ever be asked for; false for none at all.
inline bool is_request(const attachment& object, const char* verb, std::ptrdiff_t n)
{
    if (n < 0) {
        fail(std::errc::invalid_argument, object.name,
             std::string{verb} + "(" + std::to_string(n) + "): the number of permits must not be negative");
    }
    if (n > capacity_of(object) && !object.books.is_shut()) {  // who closed it said more
        fail(std::errc::invalid_argument, object.name,
             std::string{verb} + "(" + std::to_string(n) + ") can never succeed: the capacity is " +
                 std::to_string(capacity_of(object)));
    }
    return n > 0;
}

// Whether a wait for `n` permits can still be granted, while nobody changes the capacity.
inline void check_still_possible(const attachment& object, std::ptrdiff_t n)
{
    if (n > capacity_of(object)) {
        fail(std::errc::invalid_argument, object.name,
             "acquire(" + std::to_string(n) +
                 ") can never succeed any more: a resize() made the capacity smaller than that");
    }
}

[[noreturn]] inline void refuse_closed(const attachment& object)
{
    fail(std::errc::operation_canceled, object.name, "is closed: nobody can acquire it any more");
}

}  // namespace signalbox::process::detail
