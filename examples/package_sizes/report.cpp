// Prints what was counted: the table by section, permits and waits, the progress line.
#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

namespace package_sizes {

namespace {

std::string make_row(std::string_view section, const total& sum, const total& all)
{
    const auto mib = static_cast<double>(sum.kib) / 1024;
    const auto share =
        all.kib == 0 ? 0.0 : 100.0 * static_cast<double>(sum.kib) / static_cast<double>(all.kib);
    return fmt::format("{:<24} {:>9} {:>12.1f} {:>7.1f} %\n", section, sum.packages, mib, share);
}

std::string make_table(const totals& sections)
{
    total all;
    std::vector<std::pair<std::string_view, total>> rows{sections.begin(), sections.end()};
    std::stable_sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.second.kib > b.second.kib; });
    for (const auto& row : rows) {
        all += row.second;
    }

    std::string table = fmt::format("{:<24} {:>9} {:>12} {:>9}\n", "section", "packages", "MiB", "share");
    for (const auto& [section, sum] : rows) {
        table += make_row(section, sum, all);
    }
    return table + make_row("all", all, all);
}

}  // namespace

std::string make_report(const std::string& path, const pipeline_result& result)
{
    const ring_usage& usage = result.usage;
    std::string report = fmt::format("Installed size by section, from {}\n\n{}\n", path,
                                     make_table(result.counted.sections()));
    auto out = std::back_inserter(report);
    fmt::format_to(out, "records  {}, of which {} are not installed; by worker: {}\n", usage.taken,
                   result.counted.not_installed(), fmt::join(result.by_worker, " "));
    fmt::format_to(out, "permits  {} slots, at most {} in use at once, {} in use now\n", usage.slots,
                   usage.most_in_use, usage.in_use);
    fmt::format_to(out, "waits    the producer {} times for a free slot, the workers {} times for a record\n",
                   usage.waits_to_put, usage.waits_to_take);
    return report;
}

progress_line::progress_line() : is_terminal_{isatty(STDERR_FILENO) == 1} {}

progress_line::~progress_line()
{
    if (is_shown_) {
        std::fputs("\r\x1b[K", stderr);
    }
}

void progress_line::show(std::size_t records)
{
    if (!is_terminal_) {
        return;
    }
    std::fprintf(stderr, "\r%zu records", records);
    is_shown_ = true;
}

}  // namespace package_sizes
