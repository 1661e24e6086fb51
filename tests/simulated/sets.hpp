// Sets of operations: all triples, and going through them for as long as is asked.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "shipped.hpp"

namespace signalbox::simulated {

/// Every set of `size` of the numbers below `count`, each as often as it is there, in ascending order.
inline std::vector<std::vector<unsigned>> multisets(std::size_t count, std::size_t size)
{
    std::vector<std::vector<unsigned>> found{{}};
    for (std::size_t grown = 0; grown < size; ++grown) {
        std::vector<std::vector<unsigned>> longer;
        for (const auto& prefix : found) {
            for (unsigned next = prefix.empty() ? 0 : prefix.back(); next < count; ++next) {
                longer.push_back(prefix);
                longer.back().push_back(next);
            }
        }
        found.swap(longer);
    }
    return found;
}

template <class Operation>
std::vector<Operation> chosen(const std::vector<Operation>& all, const std::vector<unsigned>& numbers)
{
    std::vector<Operation> found;
    for (const unsigned number : numbers) {
        found.push_back(all[number]);
    }
    return found;
}

template <class Operation>
std::string names(const std::vector<Operation>& all, const std::vector<unsigned>& numbers)
{
    std::string text;
    for (const unsigned number : numbers) {
        text += (text.empty() ? "" : "_and_") + all[number].name;
    }
    return text;
}

/// Calls `explore_it(set, executions, sum)` for one set after the other, in an order drawn anew, until
/// SIGNALBOX_SOAK_SECONDS are over, all are done, or it returns false; unless that is set, for three alone.
template <class ExploreIt>
void soak(const std::string& name, std::vector<std::vector<unsigned>> sets, const ExploreIt& explore_it)
{
    const char* const asked = std::getenv("SIGNALBOX_SOAK_SECONDS");
    const std::chrono::duration<double> span{asked == nullptr ? 1e6 : std::strtod(asked, nullptr)};
    const std::uint64_t executions = asked == nullptr ? 10'000 : 2'000'000;
    const auto end = std::chrono::steady_clock::now() + span;
    std::shuffle(sets.begin(), sets.end(), std::mt19937{std::random_device{}()});
    if (asked == nullptr) {
        sets.resize(3);
    }
    explored sum;
    std::size_t done = 0;
    while (done < sets.size() && std::chrono::steady_clock::now() < end &&
           explore_it(sets[done], executions, sum)) {
        ++done;
    }
    std::cout << "  " << done << " triples\n";
    sum.report(name);
}

}  // namespace signalbox::simulated
