// What was measured of one peer, repeat by repeat: how a child hands it over, how it is kept and printed.
//
// Because      Each repeat of each peer is measured in a process of its own, so that one that hangs or
//              crashes is a line in the table: the child prints its status, and a line for each figure.
// Checked by   bench/tests/report_test.py
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "child.hpp"
#include "options.hpp"

namespace bench {

// One figure, and what it is called in the JSON.
template <class Figures>
struct figure_name {
    const char* name;
    double Figures::*member;
};

template <class Figures>
struct measured_repeat {
    std::string status;
    Figures figures{};
};

template <class Figures>
struct measured_peer {
    std::string name;
    std::vector<measured_repeat<Figures>> repeats;

    std::vector<double> values(double Figures::*member) const
    {
        std::vector<double> found;
        for (const measured_repeat<Figures>& repeat : repeats) {
            if (repeat.status == status_ok)
                found.push_back(repeat.figures.*member);
        }
        return found;
    }
};

// What the child prints.
template <class Figures, std::size_t N>
void hand_over(const std::string& status, const Figures& figures, const figure_name<Figures> (&names)[N])
{
    std::printf("%s\n", status.c_str());
    for (const figure_name<Figures>& each : names)
        std::printf("%.17g\n", figures.*each.member);
}

// What its parent reads.
template <class Figures, std::size_t N>
measured_repeat<Figures> taken_over(const child_output& output, const figure_name<Figures> (&names)[N])
{
    measured_repeat<Figures> found{output.status};
    const std::vector<std::string> lines = split(output.text, '\n');
    if (found.status != status_ok || lines.size() != 1 + N)
        return found;
    found.status = lines[0];
    for (std::size_t i = 0; i < N; ++i)
        found.figures.*names[i].member = std::strtod(lines[i + 1].c_str(), nullptr);
    return found;
}

// The end of a peer's line of JSON, whose beginning says what was measured.
template <class Figures, std::size_t N>
void print_repeats(const measured_peer<Figures>& peer, const figure_name<Figures> (&names)[N])
{
    std::printf("\"repeats\": [");
    const char* between = "";
    for (const measured_repeat<Figures>& repeat : peer.repeats) {
        std::printf("%s{\"status\": \"%s\"", between, repeat.status.c_str());
        for (const figure_name<Figures>& each : names) {
            if (repeat.status == status_ok)
                std::printf(", \"%s\": %.9g", each.name, repeat.figures.*each.member);
        }
        std::printf("}");
        between = ", ";
    }
    std::printf("]}\n");
}

}  // namespace bench
