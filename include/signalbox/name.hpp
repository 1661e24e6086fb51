// Names of objects and threads: what errors, explain() and dump() call them.
//
// Because      A name stands in a table beside the object, which stays as small as it was; nothing but naming
//              and reporting ever looks there.
// Lifetime     A name belongs to the address: it stays there until it is replaced or forgotten, also when the
//              object has gone (a mutex of four bytes can't know that it has a name). A semaphore that got
//              its name from its options forgets it at its end. After fork(2) the child knows all names.
// Checked by   tests/thread/names_test.cpp, tests/thread/fork_test.cpp
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <signalbox/config.hpp>
#include <signalbox/thread_id.hpp>

namespace signalbox {

namespace detail {

/// Names what lies at `object` and is `size` bytes long, or gives it another name; "" forgets it.
/// Errors: std::bad_alloc; then it has the name that it had.
SIGNALBOX_API void set_name(const void* object, std::string_view name, std::size_t size = 1);

/// Forgets the name of what lies at `object`, if it has one. Complexity: one lock, and a short list.
SIGNALBOX_API void forget_name(const void* object) noexcept;

/// The name of what lies at `object`, or else of what encloses this address; "" if there is none.
[[nodiscard]] SIGNALBOX_API std::string name_of(const void* object);

}  // namespace detail

/// Names an object, or gives it another name; "" forgets it. Any object can have a name, of any type.
/// Errors      std::bad_alloc; then it has the name that it had.
/// Complexity  An allocation, and one lock that no primitive takes. Threads: any.
template <class Object>
void set_name(const Object& object, std::string_view name)
{
    detail::set_name(std::addressof(object), name, sizeof(Object));
}

/// Forgets the name of an object, if it has one: for who names an object that dies before the program does.
template <class Object>
void forget_name(const Object& object) noexcept
{
    detail::forget_name(std::addressof(object));
}

/// The name of an object, or else of the object that it is a part of; "" if there is none.
/// Complexity  As set_name(); for an object without a name, a look at all names.
template <class Object>
[[nodiscard]] std::string name_of(const Object& object)
{
    return detail::name_of(std::addressof(object));
}

/// Names the calling thread, until it ends; the kernel gets the first 15 characters, for gdb, top and perf.
/// Errors  std::bad_alloc, and those of this_thread_id().
SIGNALBOX_API void set_thread_name(std::string_view name);

/// The name of a thread: what set_thread_name() gave it, else what the kernel calls it (pthread_setname_np);
/// "" if it has none but the program's, or has ended.
/// Complexity  As set_name(), or a few system calls.
[[nodiscard]] SIGNALBOX_API std::string thread_name(thread_id thread);

}  // namespace signalbox
