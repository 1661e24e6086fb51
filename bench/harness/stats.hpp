// The few statistics that the tables show.
//
// Checked by   bench/tests/harness_test.cpp
// Source       Jain's index: R. Jain, D. Chiu, W. Hawe, DEC-TR-301 (1984)
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace bench {

// The value below which `share` of the values lie, between neighbours by proportion. 0 without values.
inline double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

inline double median(std::vector<double> values)
{
    return quantile(std::move(values), 0.5);
}

// 1 when all threads got the same, 1/T when one got everything.
inline double jain_index(const std::vector<double>& shares)
{
    double sum = 0;
    double squares = 0;
    for (const double share : shares) {
        sum += share;
        squares += share * share;
    }
    return squares == 0 ? 0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

// The smallest thread's part of an even share: 1 when all got the same, 0 when somebody got nothing.
inline double smallest_share(const std::vector<double>& shares)
{
    double sum = 0;
    for (const double share : shares)
        sum += share;
    if (shares.empty() || sum == 0)
        return 0;
    return *std::min_element(shares.begin(), shares.end()) * static_cast<double>(shares.size()) / sum;
}

}  // namespace bench
