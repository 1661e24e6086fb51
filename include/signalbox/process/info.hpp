// What can be seen of a shared object: who uses it, who holds how much, who waits.
//
// Because      Process ids and commands are for people. The library itself knows its users by slots that a
//              lock of the kernel guards, and never by these.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

namespace signalbox::process {

/// One process that uses, or used, an object.
struct participant_info {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;      // how often the slot was given out: with it, it names this use alone
    std::int32_t pid = 0;              // as that process sees itself
    std::uint64_t start_time = 0;      // of the process, in clock ticks since the machine began
    std::string command;               // at most 15 characters
    std::string label;                 // the last one that it gave when it opened the object
    std::chrono::nanoseconds since{};  // when it began to use the object, on CLOCK_BOOTTIME
};

/// A process that holds permits.
///
/// To read a clock at each take would double its price. So the time is known where somebody waits: a holder
/// that has waited notes it, and who waits notes it of those whom it finds holding. A hold that nobody has
/// waited for has none, and neither has one of which a part was given back until somebody waits again.
struct holder_info {
    participant_info who;
    std::ptrdiff_t count = 0;
    std::chrono::nanoseconds held_since{};  // it has held some without a break since then, or longer; on
                                            // CLOCK_BOOTTIME; zero: not known, but not before who.since
};

/// A thread that waits.
struct waiter_info {
    participant_info who;
    std::int32_t thread = 0;           // as the kernel numbers it, in its own namespace
    std::ptrdiff_t count = 0;          // what it waits for
    std::chrono::nanoseconds since{};  // when it began to wait, on CLOCK_BOOTTIME
};

/// Those who wait, in the order in which they came. As a number it says how many: so waiters() means between
/// processes what it means between threads, and more.
class waiter_list : public std::vector<waiter_info> {
public:
    using vector::vector;
    operator std::ptrdiff_t() const noexcept { return std::ssize(*this); }
};

}  // namespace signalbox::process
