// bench_contended: how fast and how fair a contended mutex or semaphore is, beside its peers.
//
//   --kind mutex|semaphore|shared --permits 1 --threads 2 --inside 0 --outside 0   the cell (times in ns)
//   --writes 10         of a shared mutex: how many of 1000 sections write
//   --peers a,b,c       which, in this order; default: all of that kind (--list prints them)
//   --ms 200            length of each measured pass; --warm-ms 20 before each
//   --repeat 3          repeats; the peers take turns (A B C A B C), each repeat in a process of its own
//   --json              one JSON object per peer instead of the table
// Exit code: 0, or 1 if any peer hung, crashed or let too many in, or 2 for a wrong command line.
//
// Because      One process per repeat guards against peers that hang, and lets each start from the same
//              state. The amount of work is calibrated once, by the parent, and passed on as a number of
//              steps.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "harness/cell.hpp"
#include "harness/child.hpp"
#include "harness/contend.hpp"
#include "harness/options.hpp"
#include "harness/stats.hpp"
#include "harness/table.hpp"
#include "peers/all.hpp"

namespace bench {
namespace {

const std::string twin = "bench_contended_libcxx";

std::vector<std::string> names_of(kind what)
{
    std::vector<std::string> names;
    all_peers::for_each([&]<class Peer>() {
        if (Peer::what == what)
            names.emplace_back(Peer::name);
    });
    if (what == kind::semaphore && ::access(beside_this_program(twin).c_str(), X_OK) == 0)
        names.emplace_back("libcxx");
    return names;
}

cell cell_of(const options& given)
{
    cell asked;
    for (const kind what : {kind::mutex, kind::semaphore, kind::shared}) {
        if (given.text("kind", "mutex") == to_string(what))
            asked.what = what;
    }
    asked.writes = given.count("writes", 0);
    asked.permits = given.count("permits", 1);
    asked.threads = given.count("threads", 2);
    asked.inside_ns = given.number("inside", 0);
    asked.outside_ns = given.number("outside", 0);
    asked.inside_steps = given.count("inside-steps", 0);
    asked.outside_steps = given.count("outside-steps", 0);
    asked.ms = given.count("ms", 200);
    asked.warm_ms = given.count("warm-ms", 20);
    asked.ns_per_tick = given.number("ns-per-tick", 1);
    if (asked.threads == 0 || asked.permits == 0)
        options::fail("--threads, --permits", "start at 1");
    return asked;
}

std::vector<std::string> arguments_for(const std::string& peer, const cell& asked)
{
    const auto text = [](double value) {
        char buffer[40];
        std::snprintf(buffer, sizeof buffer, "%.17g", value);
        return std::string(buffer);
    };
    return {beside_this_program(peer == "libcxx" ? twin : name_of_this_program()),
            "--child",
            "--peers",
            peer,
            "--kind",
            std::string(to_string(asked.what)),
            "--permits",
            std::to_string(asked.permits),
            "--writes",
            std::to_string(asked.writes),
            "--threads",
            std::to_string(asked.threads),
            "--inside",
            text(asked.inside_ns),
            "--outside",
            text(asked.outside_ns),
            "--inside-steps",
            std::to_string(asked.inside_steps),
            "--outside-steps",
            std::to_string(asked.outside_steps),
            "--ms",
            std::to_string(asked.ms),
            "--warm-ms",
            std::to_string(asked.warm_ms),
            "--ns-per-tick",
            text(asked.ns_per_tick)};
}

// The child: runs one peer and prints its figures.
int be_child(const std::string& name, const cell& asked)
{
    child_report report;
    report.status = "unknown peer";
    const auto visit = [&]<class Peer>() {
        if (Peer::what == asked.what && name == Peer::name)
            report = run_cell<Peer>(asked);
    };
    all_peers::for_each(visit);
    wrong_peers::for_each(visit);
    hand_over(report.status, report.figures, measure_fields);
    std::fflush(stdout);
    std::_Exit(0);  // a hung peer's threads still run: no destructors
}

child_report run_peer(const std::string& name, const cell& asked)
{
    const auto limit = std::chrono::milliseconds(3 * asked.ms + 6 * asked.warm_ms + 15'000);
    return taken_over(run_child(arguments_for(name, asked), limit), measure_fields);
}

int run_all(const options& given)
{
    cell asked = cell_of(given);
    asked.ns_per_tick = measure_ns_per_tick();
    asked.inside_steps = steps_for(asked.inside_ns, asked.ns_per_tick);
    asked.outside_steps = asked.outside_ns == asked.inside_ns
                              ? asked.inside_steps
                              : steps_for(asked.outside_ns, asked.ns_per_tick);
    const std::vector<std::string> names =
        given.has("peers") ? split(given.text("peers", ""), ',') : names_of(asked.what);
    std::vector<peer_rows> rows;
    for (const std::string& name : names)
        rows.push_back({{name, {}}});
    for (unsigned repeat = 0; repeat < given.count("repeat", 3); ++repeat) {
        for (peer_rows& row : rows) {
            if (row.hung() < 2)
                row.repeats.push_back(run_peer(row.name, asked));  // each takes seconds
        }
    }
    if (given.has("json")) {
        print_json(asked, rows);
    } else {
        print_table(asked, rows);
    }
    const bool good =
        std::all_of(rows.begin(), rows.end(), [](const peer_rows& row) { return row.all_ok(); });
    return good ? 0 : 1;
}

int main_of(int count, char** words)
{
    const options given(count, words,
                        {"kind", "permits", "threads", "writes", "inside", "outside", "peers", "ms",
                         "warm-ms", "repeat", "inside-steps", "outside-steps", "ns-per-tick"},
                        {"json", "list", "child"});
    if (given.has("child"))
        return be_child(given.text("peers", ""), cell_of(given));
    if (!given.has("list"))
        return run_all(given);
    for (const kind what : {kind::mutex, kind::semaphore, kind::shared}) {
        for (const std::string& name : names_of(what))
            std::printf("%s %s\n", to_string(what).data(), name.c_str());
    }
    return 0;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    return bench::main_of(count, words);
}
