// Cells of bench_process with several processes: hand-overs between two, and eight at one permit.
//
// Because      A figure is printed in one way, by whichever file measured it.
#pragma once

#include <string>
#include <vector>

#include <sys/mman.h>

#include "harness/options.hpp"

namespace bench {

/// Memory that child processes share.
template <class T>
T* shared_memory()
{
    void* const place = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return static_cast<T*>(place);
}

struct printed_figure {
    std::string part, name, unit;
    std::vector<double> values;
    std::string reference;  // empty: none
    double ratio;
};

/// A line of the table, or a JSON object.
void print_figure(const options& given, const printed_figure& what);

/// From the kill of a holder to the waiter that goes on, beside a robust pthread mutex.
void print_notices(const options& given);

/// Ping-pong on one core and on two, and eight processes that want one permit. The subjects take turns.
void print_several_processes(const options& given);

}  // namespace bench
