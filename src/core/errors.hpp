// What the library throws when a caller breaks a contract: std::system_error that names the object, the
// caller and, where there is one, the owner. In a file of its own so that the callers stay small.
#pragma once

#include <cstdint>

namespace signalbox::detail {

/// Locking again what the caller owns.
[[noreturn]] void throw_already_owned(const void* object, std::uint32_t caller);
/// Unlocking what `owner` owns, or nobody (0).
[[noreturn]] void throw_not_owner(const void* object, std::uint32_t owner, std::uint32_t caller);
/// Waiting at a condition with a lock that the caller does not own.
[[noreturn]] void throw_not_locked(const void* condition, std::uint32_t caller);
/// Waiting at a condition with one mutex while others wait there with another.
[[noreturn]] void throw_other_mutex(const void* condition, const void* mutex, const void* theirs);
/// Locking once more what `owner` has locked `depth` times already.
[[noreturn]] void throw_too_deep(const void* object, std::uint32_t owner, std::uint32_t depth);
/// Who holds a shared mutex: its writer or its upgrader (0 for nobody), and how many read.
struct share_state {
    std::uint32_t writer;
    std::uint32_t upgrader;
    std::int64_t readers;
};
/// Locking what the caller holds as its writer or upgrader already.
[[noreturn]] void throw_held_already(const void* object, const char* call, share_state now,
                                     std::uint32_t caller);
/// Unlocking what the caller does not hold in that way.
[[noreturn]] void throw_not_held(const void* object, const char* call, share_state now, std::uint32_t caller);
/// A release that goes past the capacity.
[[noreturn]] void throw_past_capacity(const void* object, std::int64_t n, std::int64_t available,
                                      std::int64_t capacity);
/// A request for more permits than there can ever be.
[[noreturn]] void throw_never_enough(const void* object, std::int64_t n, std::int64_t capacity);
/// A request that a resize made larger than the capacity while it waited.
[[noreturn]] void throw_outgrown(const void* object, std::int64_t n);
/// Waiting without a limit for what was closed.
[[noreturn]] void throw_closed(const void* object, std::int64_t n);
/// A resize to what a capacity can't be.
[[noreturn]] void throw_bad_capacity(const void* object, std::int64_t capacity, std::int64_t most);
/// A negative number of permits.
[[noreturn]] void throw_negative(const void* object, const char* what, std::int64_t n);
/// A latch or barrier that can't be made so.
[[noreturn]] void throw_bad_gate(const char* kind, std::int64_t expected, std::int64_t most);
/// Counting a number that is none.
[[noreturn]] void throw_bad_arrival(const char* kind, const void* object, const char* what, std::int64_t n);
/// Counting more than are left.
[[noreturn]] void throw_too_many(const char* kind, const void* object, const char* what, std::int64_t n,
                                 std::int64_t left);
/// A semaphore that can't be made so.
[[noreturn]] void throw_bad_semaphore(std::int64_t initial, std::int64_t capacity, std::int64_t most);

}  // namespace signalbox::detail
