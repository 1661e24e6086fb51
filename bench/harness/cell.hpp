// What one contended measurement is asked for, and what it gives back.
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

// One repeat of one peer in one cell. Times in nanoseconds; rates in operations per second.
struct measures {
    double rate = 0;      // operations of all threads, from the pass without clocks
    double jain = 0;      // the same pass
    double smallest = 0;  // the same pass; smallest thread's part of an even share
    double cpu_ns = 0;  // the same pass; processor time of the whole process per operation, the work included
    double waits_rate = 0;  // as `rate`, from the pass that reads the clock around each operation
    double wait_p50 = 0;    // from calling to having, over all acquisitions of that pass
    double wait_p999 = 0;
    double wait_worst = 0;  // exact
    double foreign = 0;     // share of the machine's processor time that other processes (or the host) took
};

// How a child process ended: "ok", or what went wrong.
struct child_report {
    std::string status;
    measures values;
};

inline constexpr const char* status_ok = "ok";
inline constexpr const char* status_hung = "hung";
inline constexpr const char* status_not_exclusive = "NOT EXCLUSIVE";
inline constexpr const char* status_wrong_order = "WRONG ORDER";

// The fields of `measures` under the names that they have in the JSON output.
struct measure_field {
    const char* name;
    double measures::*member;
};
inline constexpr measure_field measure_fields[] = {
    {"rate", &measures::rate},
    {"jain", &measures::jain},
    {"smallest_share", &measures::smallest},
    {"cpu_ns", &measures::cpu_ns},
    {"waits_rate", &measures::waits_rate},
    {"wait_p50_ns", &measures::wait_p50},
    {"wait_p999_ns", &measures::wait_p999},
    {"wait_worst_ns", &measures::wait_worst},
    {"foreign", &measures::foreign},
};

}  // namespace bench
