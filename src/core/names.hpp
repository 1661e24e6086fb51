// The names of objects and threads: a table beside them, so that an unnamed object is no larger.
//
// Invariant 1  A name belongs to an address (or a thread's identity) from set_name() until it is replaced or
//              forgotten; the table never follows the address.
// Because      A mutex of four bytes has no room for a name, nor a destructor that could take it away. Who
//              knows that its object has a name calls detail::forget_name() at the object's end.
// Lifetime     The table is never destroyed: objects of static storage may be named before main() and after.
// Checked by   tests/thread/names_test.cpp, tests/thread/fork_test.cpp
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <signalbox/name.hpp>  // detail::set_name, forget_name, name_of

namespace signalbox::detail {

struct thread_context;

/// Names the calling thread, whose context this is; "" takes the name away. Errors: std::bad_alloc.
void set_thread_name(thread_context& me, std::string_view name);

/// Forgets the name that set_thread_name() gave to the thread `id`.
void forget_thread_name(std::uint32_t id) noexcept;

/// The name of the thread with this identity: what it was given here, else what the kernel calls it, unless
/// that is only the program's name. "" if there is none, or no such thread.
[[nodiscard]] std::string thread_name(std::uint32_t id);

}  // namespace signalbox::detail
