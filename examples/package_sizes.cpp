// Installed size by section, from Debian's package database: producer and consumers, as in every textbook.
//
// One thread reads records into a ring buffer, N workers take and count them; then everything is counted
// again by one thread, and the two must agree. The ring is package_sizes/ring.hpp: two semaphores and a
// mutex.
//
// Checked by   tests/example/package_sizes_test.py
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "package_sizes/audit.hpp"
#include "package_sizes/database.hpp"
#include "package_sizes/pipeline.hpp"
#include "package_sizes/report.hpp"
#include "package_sizes/whole_number.hpp"

namespace {

// As in sysexits(3).
enum exit_code {
    ok = 0,
    usage = 64,
    bad_data = 65,      // the file is malformed
    no_input = 66,      // the file can't be read
    audit_failed = 70,  // what was counted is not what there is
    no_threads = 71,    // the system gives no thread or no memory
    no_output = 74,     // the report can't be written
};

constexpr std::size_t workers_max = 256;
constexpr std::size_t slots_max = 65536;

struct options {
    std::string file = "/var/lib/dpkg/status";
    std::size_t workers = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, workers_max);
    std::size_t slots = 64;
};

template <class... Args>
exit_code fail(exit_code code, fmt::format_string<Args...> message, Args&&... args)
{
    fmt::print(stderr, "package_sizes: {}\n", fmt::format(message, std::forward<Args>(args)...));
    return code;
}

void describe(CLI::App& app, options& chosen)
{
    app.add_option("file", chosen.file, "a package database: dpkg's status file, or a Packages index")
        ->capture_default_str();
    app.add_option("--workers", chosen.workers, "threads that count")
        ->type_name("NUMBER")
        ->capture_default_str()
        ->check(package_sizes::from_to(1, workers_max));
    app.add_option("--slots", chosen.slots, "slots of the ring between the reader and the workers")
        ->type_name("NUMBER")
        ->capture_default_str()
        ->check(package_sizes::from_to(1, slots_max));
}

exit_code print(const std::string& text)
{
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return written && std::fflush(stdout) == 0 ? ok : fail(no_output, "the report can't be written");
}

exit_code count(const options& chosen)
{
    const std::string text = package_sizes::read_file(chosen.file);
    package_sizes::pipeline_result result;
    {
        package_sizes::progress_line progress;
        result = package_sizes::count_packages(text, chosen.workers, chosen.slots,
                                               [&](std::size_t records) { progress.show(records); });
    }
    const auto findings = package_sizes::audit(text, result.counted, result.usage);
    std::string report = make_report(chosen.file, result);
    if (findings.empty()) {
        report += "audit    every record was handled exactly once; a single pass agrees\n";
    }
    if (const exit_code code = print(report); code != ok) {
        return code;
    }
    for (const auto& finding : findings) {
        fail(audit_failed, "audit: {}", finding);
    }
    return findings.empty() ? ok : audit_failed;
}

}  // namespace

int main(int argc, char** argv)
{
    options chosen;
    CLI::App app{"Installed size by section, from Debian's package database.", "package_sizes"};
    describe(app, chosen);
    try {
        app.parse(argc, argv);
        return count(chosen);
    } catch (const CLI::CallForHelp&) {
        return print(app.help());
    } catch (const CLI::ParseError& error) {
        return fail(usage, "{}\nTry 'package_sizes --help'.", error.what());
    } catch (const package_sizes::input_error& error) {
        return fail(no_input, "{}", error.what());
    } catch (const package_sizes::data_error& error) {
        return fail(bad_data, "{}:{}: {}", chosen.file, error.line(), error.what());
    } catch (const std::system_error& error) {
        return fail(no_threads, "{} workers can't be started: {}", chosen.workers, error.what());
    } catch (const std::exception& error) {
        return fail(no_threads, "{}", error.what());
    }
}
