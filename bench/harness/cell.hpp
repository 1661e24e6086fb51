// What one contended measurement is asked for, and how a child that makes it may end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

enum class kind { mutex, semaphore, shared };

constexpr std::string_view to_string(kind what)
{
    return what == kind::mutex ? "mutex" : what == kind::semaphore ? "semaphore" : "shared";
}

struct cell {
    kind what = kind::mutex;
    unsigned permits = 1;
    unsigned threads = 2;
    unsigned writes = 0;   // of a shared mutex: how many of 1000 sections write
    double inside_ns = 0;  // asked for; the steps below are what is run
    double outside_ns = 0;
    std::uint64_t inside_steps = 0;
    std::uint64_t outside_steps = 0;
    unsigned ms = 200;      // length of each of the two measured passes
    unsigned warm_ms = 20;  // run before each pass and not counted; also the length of the checking pass
    unsigned patience_ms = 3000;  // for all threads to come home after a pass; later they count as hung
    double ns_per_tick = 1;
};

// How a child process ended: "ok", or what went wrong.
inline constexpr const char* status_ok = "ok";
inline constexpr const char* status_hung = "hung";
inline constexpr const char* status_not_exclusive = "NOT EXCLUSIVE";
inline constexpr const char* status_wrong_order = "WRONG ORDER";

}  // namespace bench
