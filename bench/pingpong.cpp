// bench_pingpong: how long it takes to hand control to another thread through a semaphore.
//
//   --placement two|one|busy|busy_pinned   where the threads run (harness/handover.hpp); default: all four
//   --peers a,b,c    which semaphores, in this order; default: all
//   --ms 200         length of each of the two passes
//   --repeat 3       repeats; the peers take turns, each repeat in a process of its own
//   --json           one JSON object per peer and placement instead of the tables
// Every figure is per hand-over (one way) unless the column says round trip. Exit code: 0, 1 if any peer
// failed, 2.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/child.hpp"
#include "harness/handover.hpp"
#include "harness/options.hpp"
#include "harness/repeats.hpp"
#include "harness/stats.hpp"
#include "harness/table.hpp"
#include "peers/all.hpp"

namespace bench {
namespace {

const std::string twin = "bench_pingpong_libcxx";

using result = measured_repeat<handover_figures>;
using peer_results = measured_peer<handover_figures>;

std::vector<std::string> default_names()
{
    std::vector<std::string> names;
    all_peers::for_each([&]<class Peer>() {
        if constexpr (Peer::what == kind::semaphore)
            names.emplace_back(Peer::name);
    });
    if (::access(beside_this_program(twin).c_str(), X_OK) == 0)
        names.emplace_back("libcxx");
    return names;
}

placement placement_of(const std::string& name)
{
    for (unsigned i = 0; i < std::size(placement_names); ++i) {
        if (name == placement_names[i])
            return static_cast<placement>(i);
    }
    options::fail("--placement", "is two, one, busy or busy_pinned");
}

int be_child(const options& given)
{
    const std::string name = given.text("peers", "");
    const placement where = placement_of(given.text("placement", "two"));
    handover_figures figures;
    std::string status = "unknown peer";
    const auto visit = [&]<class Peer>() {
        if constexpr (Peer::what == kind::semaphore) {
            if (name == Peer::name)
                status = run_handover<Peer>(where, given.count("ms", 200), figures);
        }
    };
    all_peers::for_each(visit);
    wrong_peers::for_each(visit);
    std::printf("%s\n", status.c_str());
    for (const handover_field& field : handover_fields)
        std::printf("%.17g\n", figures.*field.member);
    std::fflush(stdout);
    std::_Exit(0);  // a hung peer's threads still run: no destructors
}

result run_peer(const std::string& name, const std::string& where, unsigned ms)
{
    const child_output output =
        run_child({beside_this_program(name == "libcxx" ? twin : name_of_this_program()), "--child",
                   "--peers", name, "--placement", where, "--ms", std::to_string(ms)},
                  std::chrono::milliseconds(2 * ms + 10'000));
    result found;
    found.status = output.status;
    const std::vector<std::string> lines = split(output.text, '\n');
    if (found.status != status_ok || lines.size() != 1 + std::size(handover_fields))
        return found;
    found.status = lines[0];
    for (std::size_t i = 0; i < std::size(handover_fields); ++i) {
        found.figures.*handover_fields[i].member = std::strtod(lines[i + 1].c_str(), nullptr);
    }
    return found;
}

void print(const std::string& where, const std::vector<peer_results>& rows)
{
    std::printf("ping-pong, placement %s; per hand-over (one way), but for the column 'round trip'\n",
                where.c_str());
    std::printf("%-17s %9s %19s %10s %9s %9s %9s %9s %9s %6s  %s\n", "peer", "mean", "min..max", "round trip",
                "p50", "p99", "p99.9", "worst", "CPU", "busy", "status");
    for (const peer_results& row : rows) {
        const auto middle = [&](double handover_figures::*member) { return median(row.values(member)); };
        const std::vector<double> means = row.values(&handover_figures::mean);
        if (means.empty()) {
            std::printf("%-17s %s\n", row.name.c_str(), row.repeats.front().status.c_str());
            continue;
        }
        const std::string spread = time_text(quantile(means, 0)) + ".." + time_text(quantile(means, 1));
        std::printf("%-17s %9s %19s %10s %9s %9s %9s %9s %9s %5.0f%%  %s\n", row.name.c_str(),
                    time_text(median(means)).c_str(), spread.c_str(), time_text(2 * median(means)).c_str(),
                    time_text(middle(&handover_figures::p50)).c_str(),
                    time_text(middle(&handover_figures::p99)).c_str(),
                    time_text(middle(&handover_figures::p999)).c_str(),
                    time_text(middle(&handover_figures::worst)).c_str(),
                    time_text(middle(&handover_figures::cpu)).c_str(),
                    100 * middle(&handover_figures::busy_share),
                    means.size() == row.repeats.size() ? "ok" : "failed");
    }
}

void print_json(const std::string& where, const std::vector<peer_results>& rows)
{
    for (const peer_results& row : rows) {
        std::printf("{\"placement\": \"%s\", \"peer\": \"%s\", \"repeats\": [", where.c_str(),
                    row.name.c_str());
        const char* between = "";
        for (const result& repeat : row.repeats) {
            std::printf("%s{\"status\": \"%s\"", between, repeat.status.c_str());
            for (const handover_field& field : handover_fields) {
                if (repeat.status == status_ok)
                    std::printf(", \"%s\": %.9g", field.name, repeat.figures.*field.member);
            }
            std::printf("}");
            between = ", ";
        }
        std::printf("]}\n");
    }
}

int run_all(const options& given)
{
    std::vector<std::string> places(std::begin(placement_names), std::end(placement_names));
    if (given.has("placement"))
        places = {placement_names[static_cast<int>(placement_of(given.text("placement", "")))]};
    const std::vector<std::string> names =
        given.has("peers") ? split(given.text("peers", ""), ',') : default_names();
    bool good = true;
    for (const std::string& where : places) {
        std::vector<peer_results> rows;
        for (const std::string& name : names)
            rows.push_back({name, {}});
        for (unsigned repeat = 0; repeat < given.count("repeat", 3); ++repeat) {
            for (peer_results& row : rows) {
                row.repeats.push_back(run_peer(row.name, where, given.count("ms", 200)));
                good = good && row.repeats.back().status == status_ok;
            }
        }
        if (given.has("json")) {
            print_json(where, rows);
        } else {
            print(where, rows);
        }
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"placement", "peers", "ms", "repeat"}, {"json", "child"});
    return given.has("child") ? bench::be_child(given) : bench::run_all(given);
}
