// bench_gather: how long a round of a latch or a barrier takes, and how long the waiters of an event need to
// go on when it is set.
//
//   --kind latch,barrier,event
//   --threads 2,8,32     how many meet; of an event: how many wait (default 1,8)
//   --peers a,b,c        which, in this order; default: all of that kind
//   --ms 200             length of a repeat
//   --repeat 3           repeats; the peers take turns, each repeat in a process of its own
//   --json               one JSON object per peer and cell instead of the tables
// Exit code: 0, 1 if any peer failed, 2.
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "harness/child.hpp"
#include "harness/gathering.hpp"
#include "harness/options.hpp"
#include "harness/repeats.hpp"
#include "harness/stats.hpp"
#include "harness/table.hpp"
#include "peers/gates.hpp"

namespace bench {
namespace {

using result = measured_repeat<gather_figures>;
using peer_results = measured_peer<gather_figures>;

// Calls `visit` with each peer of that kind.
template <class Visit>
void each_peer(const std::string& kind, const Visit& visit)
{
    if (kind == "latch") {
        all_latches::for_each([&]<class Peer>() { visit(Peer::name, &run_meeting<Peer>); });
    } else if (kind == "barrier") {
        all_barriers::for_each([&]<class Peer>() { visit(Peer::name, &run_meeting<Peer>); });
    } else if (kind == "event") {
        all_events::for_each([&]<class Peer>() { visit(Peer::name, &run_setting<Peer>); });
    } else {
        options::fail("--kind", "is latch, barrier or event");
    }
}

int be_child(const options& given)
{
    gather_cell cell;
    cell.threads = given.count("threads", 2);
    cell.ms = given.count("ms", 200);
    gather_figures figures;
    std::string status = "unknown peer";
    each_peer(given.text("kind", ""), [&](const char* name, auto* run) {
        if (given.text("peers", "") == name)
            status = run(cell, figures);
    });
    hand_over(status, figures, gather_fields);
    return 0;
}

result run_peer(const std::string& name, const std::string& kind, const std::string& threads, unsigned ms)
{
    const child_output output =
        run_child({beside_this_program(name_of_this_program()), "--child", "--peers", name, "--kind", kind,
                   "--threads", threads, "--ms", std::to_string(ms)},
                  std::chrono::milliseconds(2 * ms + 10'000));
    return taken_over(output, gather_fields);
}

void print(const std::string& kind, const std::string& threads, const std::vector<peer_results>& rows)
{
    std::printf("%s, %s threads\n", kind.c_str(), threads.c_str());
    std::printf("%-14s %10s %21s %9s %9s %9s %10s %8s  %s\n", "peer", "round/last", "min..max", "p99",
                "first", "setter", "CPU/thread", "rounds", "status");
    for (const peer_results& row : rows) {
        const auto middle = [&](double gather_figures::*member) {
            return time_text(median(row.values(member)));
        };
        const std::vector<double> rounds = row.values(&gather_figures::round);
        if (rounds.empty()) {
            std::printf("%-14s %s\n", row.name.c_str(), row.repeats.front().status.c_str());
            continue;
        }
        const std::string spread = time_text(quantile(rounds, 0)) + ".." + time_text(quantile(rounds, 1));
        std::printf("%-14s %10s %21s %9s %9s %9s %10s %8.0f  %s\n", row.name.c_str(),
                    time_text(median(rounds)).c_str(), spread.c_str(), middle(&gather_figures::p99).c_str(),
                    middle(&gather_figures::first).c_str(), middle(&gather_figures::setter).c_str(),
                    middle(&gather_figures::cpu).c_str(), median(row.values(&gather_figures::rounds)),
                    rounds.size() == row.repeats.size() ? "ok" : "failed");
    }
}

void print_json(const std::string& kind, const std::string& threads, const std::vector<peer_results>& rows)
{
    for (const peer_results& row : rows) {
        std::printf("{\"kind\": \"%s\", \"threads\": %s, \"peer\": \"%s\", ", kind.c_str(), threads.c_str(),
                    row.name.c_str());
        print_repeats(row, gather_fields);
    }
}

bool run_cell(const options& given, const std::string& kind, const std::string& threads)
{
    bool good = true;
    std::vector<peer_results> rows;
    const std::vector<std::string> asked = split(given.text("peers", ""), ',');
    if (given.has("peers")) {
        for (const std::string& name : asked)
            rows.push_back({name, {}});
    } else {
        each_peer(kind, [&](const char* name, auto*) { rows.push_back({name, {}}); });
    }
    for (unsigned repeat = 0; repeat < given.count("repeat", 3); ++repeat) {
        for (peer_results& row : rows) {
            row.repeats.push_back(run_peer(row.name, kind, threads, given.count("ms", 200)));
            good = good && row.repeats.back().status == status_ok;
        }
    }
    given.has("json") ? print_json(kind, threads, rows) : print(kind, threads, rows);
    std::fflush(stdout);
    return good;
}

int run_all(const options& given)
{
    bool good = true;
    for (const std::string& kind : split(given.text("kind", "latch,barrier,event"), ',')) {
        const char* const usual = kind == "event" ? "1,8" : "2,8,32";
        for (const std::string& threads : split(given.text("threads", usual), ','))
            good = run_cell(given, kind, threads) && good;
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"kind", "threads", "peers", "ms", "repeat"}, {"json", "child"});
    return given.has("child") ? bench::be_child(given) : bench::run_all(given);
}
