// All objects between processes that this user can see, also those whose users are dead.
//
// Because      A named object outlives its users, with what they left in it: permits that are out, an event
//              that is set, a poisoned mutex. Whether that still means something only people know; so nothing
//              is removed by itself, and collect() is a call of its own.
// Crash        Looking changes nothing: the file is read, not mapped, and the caller does not become one of
//              its users.
// Checked by   tests/process/objects_test.cpp, tests/crash/objects_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <signalbox/config.hpp>
#include <signalbox/process/info.hpp>

namespace signalbox::process {

enum class kind { semaphore, mutex, recursive_mutex, event };

/// A process that uses an object, or died while it did.
struct user_info {
    participant_info who;
    bool is_alive = false;
};

/// One object, at about one moment.
struct object_info {
    std::string name;
    process::kind kind = process::kind::semaphore;
    std::string label;        // its creator's
    std::uint32_t owner{};    // the user whose file it is
    unsigned mode = 0;        // the permission of the file
    bool is_damaged = false;  // what stands in it contradicts itself: the numbers below mean nothing

    // Of semaphores; of mutexes the capacity is 1. What the dead hold counts as held until somebody who uses
    // the object gives it back.
    std::ptrdiff_t capacity = 0;
    std::ptrdiff_t free = 0;
    std::ptrdiff_t held = 0;
    std::ptrdiff_t out = 0;
    bool is_fifo = false;
    bool is_closed = false;  // or, of a mutex, poisoned
    bool is_set = false;     // of an event

    std::ptrdiff_t waiting = 0;        // threads
    std::vector<user_info> users;      // no process id tells whether one is alive: a lock of the kernel does
    std::vector<holder_info> holders;  // their slots are those of `users`, alive or dead
    waiter_list waiters;
};

/// Every object of the directory (SIGNALBOX_DIR, or /dev/shm) that this user may read, by name. What is no
/// object, or one of another version, is left out.
[[nodiscard]] SIGNALBOX_API std::vector<object_info> list();

/// Removes every object that no living process uses, with all that is left in it, and returns their names.
/// One that somebody opens at the same time either stays, or was gone before. Those that this user may not
/// write to or remove stay. (semaphore::collect() leaves those of which permits are out.)
SIGNALBOX_API std::vector<std::string> collect();

}  // namespace signalbox::process
