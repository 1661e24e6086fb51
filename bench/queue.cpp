// bench_queue: how many items a second go through a bounded queue.
//
//   --capacity 1,64,1024
//   --threads 1,2,4      producers, and as many consumers
//   --size 8,64          bytes of an item
//   --peers a,b,c        which, in this order; default: all
//   --ms 200             length of a repeat
//   --repeat 3           repeats; the peers take turns, each repeat in a process of its own
//   --json               one JSON object per peer and cell instead of the tables
// Exit code: 0, 1 if any peer failed, 2.
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "harness/child.hpp"
#include "harness/options.hpp"
#include "harness/queueing.hpp"
#include "harness/repeats.hpp"
#include "harness/stats.hpp"
#include "harness/table.hpp"
#include "peers/queues.hpp"

namespace bench {
namespace {

struct cell_text {
    std::string capacity, threads, size;
};

using result = measured_repeat<queue_figures>;
using peer_results = measured_peer<queue_figures>;

// Calls `visit` with each queue of items of that size.
template <class Visit>
void each_peer(const std::string& size, const Visit& visit)
{
    using small = queue_item<8>;
    using large = queue_item<64>;
    if (size == "8") {
        all_queues<small>::for_each([&]<class Queue>() { visit(Queue::name, &run_queue<Queue, small>); });
    } else if (size == "64") {
        all_queues<large>::for_each([&]<class Queue>() { visit(Queue::name, &run_queue<Queue, large>); });
    } else {
        options::fail("--size", "is 8 or 64");
    }
}

int be_child(const options& given)
{
    const queue_cell cell{given.count("capacity", 64), given.count("threads", 1), given.count("ms", 200)};
    queue_figures figures;
    std::string status = "unknown peer";
    each_peer(given.text("size", ""), [&](const char* name, auto* run) {
        if (given.text("peers", "") == name)
            status = run(cell, figures);
    });
    hand_over(status, figures, queue_fields);
    return 0;
}

result run_peer(const std::string& name, const cell_text& cell, unsigned ms)
{
    const child_output output =
        run_child({beside_this_program(name_of_this_program()), "--child", "--peers", name, "--capacity",
                   cell.capacity, "--threads", cell.threads, "--size", cell.size, "--ms", std::to_string(ms)},
                  std::chrono::milliseconds(4 * ms + 10'000));
    return taken_over(output, queue_fields);
}

void print(const cell_text& cell, const std::vector<peer_results>& rows)
{
    std::printf("capacity %s, %sP%sC, %s bytes\n%-22s %10s %17s %9s  %s\n", cell.capacity.c_str(),
                cell.threads.c_str(), cell.threads.c_str(), cell.size.c_str(), "peer", "M/s", "min..max",
                "CPU/item", "status");
    for (const peer_results& row : rows) {
        const std::vector<double> rates = row.values(&queue_figures::rate);
        if (rates.empty()) {
            std::printf("%-22s %s\n", row.name.c_str(), row.repeats.front().status.c_str());
            continue;
        }
        std::printf("%-22s %10.3f %8.3f..%7.3f %9s  %s\n", row.name.c_str(), median(rates) / 1e6,
                    quantile(rates, 0) / 1e6, quantile(rates, 1) / 1e6,
                    time_text(median(row.values(&queue_figures::cpu))).c_str(),
                    rates.size() == row.repeats.size() ? "ok" : "failed");
    }
}

void print_json(const cell_text& cell, const std::vector<peer_results>& rows)
{
    for (const peer_results& row : rows) {
        std::printf("{\"capacity\": %s, \"threads\": %s, \"size\": %s, \"peer\": \"%s\", ",
                    cell.capacity.c_str(), cell.threads.c_str(), cell.size.c_str(), row.name.c_str());
        print_repeats(row, queue_fields);
    }
}

bool run_cell(const options& given, const cell_text& cell)
{
    bool good = true;
    std::vector<peer_results> rows;
    for (const std::string& name : split(given.text("peers", ""), ','))
        rows.push_back({name, {}});
    if (!given.has("peers")) {
        rows.clear();
        each_peer(cell.size, [&](const char* name, auto*) {
            if (std::string_view{name} != "signalbox_one_to_one" || cell.threads == "1")
                rows.push_back({name, {}});
        });
    }
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
    bool good = true;
    for (const std::string& capacity : split(given.text("capacity", "1,64,1024"), ',')) {
        for (const std::string& threads : split(given.text("threads", "1,2,4"), ',')) {
            for (const std::string& size : split(given.text("size", "8,64"), ','))
                good = run_cell(given, {capacity, threads, size}) && good;
        }
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"capacity", "threads", "size", "peers", "ms", "repeat"},
                               {"json", "child"});
    return given.has("child") ? bench::be_child(given) : bench::run_all(given);
}
