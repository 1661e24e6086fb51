// Prints the rows of bench_contended: as a table to read, or as JSON for the driver.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "cell.hpp"
#include "measures.hpp"
#include "stats.hpp"
#include "work.hpp"

namespace bench {

struct peer_rows : measured_peer<measures> {
    bool all_ok() const { return values(&measures::rate).size() == repeats.size(); }

    std::size_t hung() const
    {
        std::size_t sum = 0;
        for (const child_report& repeat : repeats)
            sum += repeat.status == status_hung ? 1U : 0U;
        return sum;
    }

    // "ok", or the first thing that went wrong and how often, as "hung 2/3".
    std::string status() const
    {
        std::string what = status_ok;
        std::size_t wrong = 0;
        for (const child_report& repeat : repeats) {
            if (repeat.status == status_ok)
                continue;
            if (wrong++ == 0)
                what = repeat.status;
        }
        return wrong == 0 ? what : what + " " + std::to_string(wrong) + "/" + std::to_string(repeats.size());
    }
};

// A time with three digits and its unit.
inline std::string time_text(double ns)
{
    char text[32];
    if (ns < 1e3) {
        std::snprintf(text, sizeof text, "%.0f ns", ns);
    } else if (ns < 1e6) {
        std::snprintf(text, sizeof text, "%.3g us", ns / 1e3);
    } else {
        std::snprintf(text, sizeof text, "%.3g ms", ns / 1e6);
    }
    return text;
}

inline void print_table(const cell& asked, const std::vector<peer_rows>& rows)
{
    std::printf("%s, %u permit(s), %u threads, inside %.0f ns (measured %.0f), outside %.0f ns, %u ms\n",
                to_string(asked.what).data(), asked.permits, asked.threads, asked.inside_ns,
                asked.inside_steps == 0 ? 0.0 : measure_chain_ns(asked.inside_steps, asked.ns_per_tick),
                asked.outside_ns, asked.ms);
    std::printf("%-17s %9s %17s %6s %6s %9s %9s %9s %9s %9s %7s %8s  %s\n", "peer", "M/s", "min..max", "Jain",
                "least", "p50", "p99.9", "worst", "its max", "CPU/op", "timed", "foreign", "status");
    for (const peer_rows& row : rows) {
        const auto middle = [&](double measures::*member) { return median(row.values(member)); };
        const std::vector<double> rates = row.values(&measures::rate);
        if (rates.empty()) {
            std::printf("%-17s %91s %20s\n", row.name.c_str(), "", row.status().c_str());
            continue;
        }
        const double rate = median(rates);
        char spread[40];
        std::snprintf(spread, sizeof spread, "%.3g..%.3g", quantile(rates, 0) / 1e6,
                      quantile(rates, 1) / 1e6);
        std::printf("%-17s %9.3f %17s %6.3f %6.2f %9s %9s %9s %9s %9s %7.2f %7.0f%%  %s\n", row.name.c_str(),
                    rate / 1e6, spread, middle(&measures::jain), middle(&measures::smallest),
                    time_text(middle(&measures::wait_p50)).c_str(),
                    time_text(middle(&measures::wait_p999)).c_str(),
                    time_text(middle(&measures::wait_worst)).c_str(),
                    time_text(quantile(row.values(&measures::wait_worst), 1)).c_str(),
                    time_text(middle(&measures::cpu_ns)).c_str(), middle(&measures::waits_rate) / rate,
                    100 * middle(&measures::foreign), row.status().c_str());
    }
}

inline void print_json(const cell& asked, const std::vector<peer_rows>& rows)
{
    for (const peer_rows& row : rows) {
        std::printf(
            "{\"kind\": \"%s\", \"permits\": %u, \"threads\": %u, \"inside_ns\": %g, \"outside_ns\": %g, "
            "\"ms\": %u, \"peer\": \"%s\", \"status\": \"%s\", ",
            to_string(asked.what).data(), asked.permits, asked.threads, asked.inside_ns, asked.outside_ns,
            asked.ms, row.name.c_str(), row.status().c_str());
        print_repeats(row, measure_fields);
    }
}

}  // namespace bench
