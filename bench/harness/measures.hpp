// What one contended measurement gives back.
#pragma once

#include "repeats.hpp"

namespace bench {

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

// The fields of `measures` under the names that they have in the JSON output.
inline constexpr figure_name<measures> measure_fields[] = {
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

using child_report = measured_repeat<measures>;

}  // namespace bench
