// The main job: Debian's packages into SQLite or PostgreSQL, by several processes that share a budget.
//
// A reader process cuts the file into batches; worker processes with several threads each write them. All of
// them together have at most --permits connections, one process at a time moves the cursor, and in the middle
// a worker is killed while it holds both. At the end everything is checked.
//
// Checked by   tests/example/package_index_test.py
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "../package_sizes/database.hpp"
#include "../package_sizes/whole_number.hpp"
#include "master.hpp"
#include "store.hpp"
#include "watchdog.hpp"

namespace {

// As in sysexits(3).
enum exit_code {
    ok = 0,
    usage = 64,
    bad_data = 65,      // the file is malformed
    no_input = 66,      // the file can't be read
    unavailable = 69,   // the database can't be reached, or refuses
    audit_failed = 70,  // what came out is not what there is
    no_process = 71,    // the system gives no process, thread or memory
    no_output = 74,     // the report can't be written
    hung = 75,          // nothing was done for longer than --patience
};

template <class... Args>
exit_code fail(exit_code code, fmt::format_string<Args...> message, Args&&... args)
{
    std::fflush(stdout);
    fmt::print(stderr, "package_index: {}\n", fmt::format(message, std::forward<Args>(args)...));
    return code;
}

void describe(CLI::App& app, package_index::options& chosen)
{
    const auto number = [&](const char* name, auto& value, const char* what, std::uint64_t least,
                            std::uint64_t most) {
        app.add_option(name, value, what)
            ->type_name("NUMBER")
            ->capture_default_str()
            ->check(package_sizes::from_to(least, most));
    };
    app.add_option("file", chosen.file, "a package database: dpkg's status file, or a Packages index")
        ->capture_default_str();
    app.add_option("--database", chosen.database,
                   "a file for SQLite, or the URL postgres://... of a server; default: DATABASE_URL, or else "
                   "packages.sqlite here");
    number("--workers", chosen.workers, "worker processes", 1, 32);
    number("--threads", chosen.threads, "threads of each worker", 1, 32);
    number("--permits", chosen.permits, "connections that all workers together may have", 1, 1024);
    number("--kill", chosen.kills, "workers that are killed on the way", 0, package_index::board::kills_max);
    number("--seed", chosen.seed, "where in the file they are killed", 0,
           std::numeric_limits<std::uint64_t>::max());
    number("--spread", chosen.spread, "seconds that the work takes at least, so that it can be watched", 0,
           60);
    number("--patience", chosen.patience, "seconds without progress after which the run is given up", 1,
           86'400);
}

void choose_database(package_index::options& chosen)
{
    const char* const url = std::getenv("DATABASE_URL");
    if (chosen.database.empty()) {
        chosen.database = url != nullptr && *url != '\0' ? url : "packages.sqlite";
    }
}

exit_code run(const package_index::options& chosen)
{
    const std::string text = package_sizes::read_file(chosen.file);
    const auto found = package_index::index_packages(chosen, text);
    for (const auto& line : found.report) {
        fmt::print("{}\n", line);
    }
    for (const auto& sentence : found.wrong) {
        fail(audit_failed, "audit: {}", sentence);
    }
    fmt::print("audit        {}\n", found.wrong.empty() ? "all of this is as it should be" : "FAILED");
    if (std::fflush(stdout) != 0) {
        return fail(no_output, "the report can't be written");
    }
    return found.wrong.empty() ? ok : audit_failed;
}

}  // namespace

int main(int argc, char** argv)
{
    std::setvbuf(stdout, nullptr, _IOFBF, 1 << 16);  // a picture is written at once; whoever prints flushes
    package_index::options chosen;
    CLI::App app{"Indexes Debian's package database by several processes.", "package_index"};
    describe(app, chosen);
    try {
        app.parse(argc, argv);
        choose_database(chosen);
        return run(chosen);
    } catch (const CLI::CallForHelp&) {
        fmt::print("{}", app.help());
        return ok;
    } catch (const CLI::ParseError& error) {
        return fail(usage, "{}\nTry 'package_index --help'.", error.what());
    } catch (const package_sizes::input_error& error) {
        return fail(no_input, "{}", error.what());
    } catch (const package_sizes::data_error& error) {
        return fail(bad_data, "{}:{}: {}", chosen.file, error.line(), error.what());
    } catch (const package_index::store_error& error) {
        return fail(unavailable, "{}", error.what());
    } catch (const package_index::hang_error& error) {
        return fail(hung, "{}", error.what());
    } catch (const std::exception& error) {
        return fail(no_process, "{}", error.what());
    }
}
