// bench_notify: how long threads that wait at a condition variable need to go on when they are notified.
//
//   --waiters 1,8,64     how many wait
//   --notify one,all     notify_one or notify_all
//   --mutex free,held    notified after the unlock, or before it
//   --peers a,b,c        which, in this order; default: all
//   --ms 200             length of a repeat
//   --repeat 3           repeats; the peers take turns, each repeat in a process of its own
//   --json               one JSON object per peer and cell instead of the tables
// Exit code: 0, 1 if any peer failed, 2.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/child.hpp"
#include "harness/notifying.hpp"
#include "harness/options.hpp"
#include "harness/repeats.hpp"
#include "harness/stats.hpp"
#include "harness/table.hpp"
#include "peers/conditions.hpp"

namespace bench {
namespace {

using result = measured_repeat<notify_figures>;
using peer_results = measured_peer<notify_figures>;

std::vector<std::string> default_names()
{
    std::vector<std::string> names;
    all_conditions::for_each([&]<class Condition>() { names.emplace_back(Condition::name); });
    return names;
}

int be_child(const options& given)
{
    notify_cell cell;
    cell.waiters = given.count("waiters", 1);
    cell.all = given.text("notify", "one") == "all";
    cell.held = given.text("mutex", "free") == "held";
    cell.ms = given.count("ms", 200);
    notify_figures figures;
    std::string status = "unknown peer";
    all_conditions::for_each([&]<class Condition>() {
        if (given.text("peers", "") == Condition::name)
            status = run_notifying<Condition>(cell, figures);
    });
    hand_over(status, figures, notify_fields);
    return 0;
}

struct cell_names {
    std::string waiters, notify, mutex;
};

result run_peer(const std::string& name, const cell_names& cell, unsigned ms)
{
    const child_output output =
        run_child({beside_this_program(name_of_this_program()), "--child", "--peers", name, "--waiters",
                   cell.waiters, "--notify", cell.notify, "--mutex", cell.mutex, "--ms", std::to_string(ms)},
                  std::chrono::milliseconds(2 * ms + 10'000));
    return taken_over(output, notify_fields);
}

void print(const cell_names& cell, const std::vector<peer_results>& rows)
{
    std::printf("notify_%s with %s waiters, mutex %s; medians over the rounds\n", cell.notify.c_str(),
                cell.waiters.c_str(), cell.mutex.c_str());
    std::printf("%-12s %9s %9s %9s %19s %9s %10s %7s  %s\n", "peer", "notifier", "first", "last", "min..max",
                "last p99", "CPU/waiter", "rounds", "status");
    for (const peer_results& row : rows) {
        const auto middle = [&](double notify_figures::*member) { return median(row.values(member)); };
        const std::vector<double> lasts = row.values(&notify_figures::last);
        if (lasts.empty()) {
            std::printf("%-12s %s\n", row.name.c_str(), row.repeats.front().status.c_str());
            continue;
        }
        const std::string spread = time_text(quantile(lasts, 0)) + ".." + time_text(quantile(lasts, 1));
        std::printf("%-12s %9s %9s %9s %19s %9s %10s %7.0f  %s\n", row.name.c_str(),
                    time_text(middle(&notify_figures::notifier)).c_str(),
                    time_text(middle(&notify_figures::first)).c_str(), time_text(median(lasts)).c_str(),
                    spread.c_str(), time_text(middle(&notify_figures::last_p99)).c_str(),
                    time_text(middle(&notify_figures::cpu)).c_str(), middle(&notify_figures::rounds),
                    lasts.size() == row.repeats.size() ? "ok" : "failed");
    }
}

void print_json(const cell_names& cell, const std::vector<peer_results>& rows)
{
    for (const peer_results& row : rows) {
        std::printf("{\"waiters\": %s, \"notify\": \"%s\", \"mutex\": \"%s\", \"peer\": \"%s\", ",
                    cell.waiters.c_str(), cell.notify.c_str(), cell.mutex.c_str(), row.name.c_str());
        print_repeats(row, notify_fields);
    }
}

bool run_cell(const options& given, const cell_names& cell, const std::vector<std::string>& names)
{
    bool good = true;
    std::vector<peer_results> rows;
    for (const std::string& name : names)
        rows.push_back({name, {}});
    for (unsigned repeat = 0; repeat < given.count("repeat", 3); ++repeat) {
        for (peer_results& row : rows) {
            row.repeats.push_back(run_peer(row.name, cell, given.count("ms", 200)));
            good = good && row.repeats.back().status == status_ok;
        }
    }
    given.has("json") ? print_json(cell, rows) : print(cell, rows);
    std::fflush(stdout);
    return good;
}

int run_all(const options& given)
{
    const std::vector<std::string> names =
        given.has("peers") ? split(given.text("peers", ""), ',') : default_names();
    bool good = true;
    for (const std::string& notify : split(given.text("notify", "one,all"), ',')) {
        for (const std::string& mutex : split(given.text("mutex", "free,held"), ',')) {
            for (const std::string& waiters : split(given.text("waiters", "1,8,64"), ','))
                good = run_cell(given, {waiters, notify, mutex}, names) && good;
        }
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"waiters", "notify", "mutex", "peers", "ms", "repeat"},
                               {"json", "child"});
    return given.has("child") ? bench::be_child(given) : bench::run_all(given);
}
