// bench_uncontended: what a lock and unlock, an acquire and release, a failed try cost when nobody else is
// there, beside the floors of the machine.
//
//   --rounds 60         rounds a block; in each round every subject is timed once, one after the other
//   --blocks 5          blocks, each a fresh process (so that the accidents of memory layout vary), by turns
//                       with the twin program that is built with libc++
//   --floor-samples 3   per block, of the floors that need two threads
//   --json              one JSON object per line instead of the table
// Exit code: 0, 1 if a block failed, 2 for a wrong command line.
//
// Because      A second thread is alive (asleep) all the time: the C library skips atomic operations in
//              processes that never had one.
#include <atomic>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "harness/child.hpp"
#include "harness/floors.hpp"
#include "harness/options.hpp"
#include "harness/rounds.hpp"
#include "harness/stats.hpp"
#include "peers/all.hpp"

namespace bench {
namespace {

void print_samples(const std::string& group, const std::string& name, unsigned permits, std::size_t bytes,
                   const std::vector<double>& ns)
{
    std::printf("%s %s %u %zu", group.c_str(), name.c_str(), permits, bytes);
    for (const double value : ns)
        std::printf(" %.6g", value);
    std::printf("\n");
}

void measure_pair_floors(unsigned samples, double ns_per_tick)
{
    std::vector<int> cores = usable_cores();
    if (cores.empty())
        return;
    const std::vector<int> same = {cores[0], cores[0]};
    std::vector<double> line;
    std::vector<double> park_same;
    std::vector<double> park_other;
    std::vector<double> wake;
    for (unsigned i = 0; i < samples; ++i) {
        park_same.push_back(park_round_trip_ns(same, 2'000, ns_per_tick));
        if (cores.size() < 2)
            continue;
        line.push_back(line_round_trip_ns(cores, ns_per_tick));
        park_other.push_back(park_round_trip_ns(cores, 300, ns_per_tick));
        wake.push_back(wake_cost_ns(cores, 100, ns_per_tick));
    }
    print_samples("floor2", "cache_line_round_trip", 0, 0, line);
    print_samples("floor2", "park_round_trip_same_core", 0, 0, park_same);
    print_samples("floor2", "park_round_trip_other_core", 0, 0, park_other);
    print_samples("floor2", "wake_cost_for_the_waker", 0, 0, wake);
}

// One block: prints all samples.
int be_child(const options& given)
{
    std::atomic<std::uint32_t> asleep = 1;
    std::thread second([&] {
        while (asleep.load(std::memory_order_seq_cst) != 0)
            futex_wait(asleep, 1);
    });
    const double ns_per_tick = measure_ns_per_tick();
    std::vector<subject> subjects;
    floor_list::for_each([&]<class Peer>() { add_subjects<Peer>(subjects, "floor_"); });
    all_peers::for_each([&]<class Peer>() { add_subjects<Peer>(subjects, ""); });
    run_rounds(subjects, given.count("rounds", 60), ns_per_tick);
    for (const subject& each : subjects)
        print_samples(each.group, each.name, each.permits, each.bytes, each.ns);
    measure_pair_floors(given.count("floor-samples", 3), ns_per_tick);
    asleep.store(0, std::memory_order_seq_cst);
    futex_wake_one(asleep);
    second.join();
    return 0;
}

struct row {
    std::string group;
    std::string name;
    std::string permits;
    std::string bytes;
    std::vector<double> ns;
    std::vector<double> ratios;  // to the floor's value of the same round
};

// The floor that a group is compared with; none for the floors themselves and for tries.
std::string floor_of(const std::string& group)
{
    if (group == "mutex")
        return "floor_mutex cas_exchange";
    if (group == "semaphore" || group == "many")
        return "floor_semaphore two_rmw";
    return "";
}

class summary {
public:
    void add_block(const std::string& text)
    {
        std::map<std::string, std::vector<double>> floors;
        for (const std::string& line : split(text, '\n'))
            add_line(split(line, ' '), floors);
    }

    const std::vector<row>& rows() const { return rows_; }

private:
    void add_line(const std::vector<std::string>& words, std::map<std::string, std::vector<double>>& floors)
    {
        if (words.size() < 5)
            return;
        std::vector<double> ns;
        for (std::size_t i = 4; i < words.size(); ++i)
            ns.push_back(std::strtod(words[i].c_str(), nullptr));
        floors[words[0] + " " + words[1]] = ns;
        row& found = find(words);
        found.ns.insert(found.ns.end(), ns.begin(), ns.end());
        const std::vector<double>& floor = floors[floor_of(words[0])];
        for (std::size_t i = 0; i < std::min(floor.size(), ns.size()); ++i)
            found.ratios.push_back(ns[i] / floor[i]);
    }

    row& find(const std::vector<std::string>& words)
    {
        for (row& each : rows_) {
            if (each.group == words[0] && each.name == words[1] && each.permits == words[2])
                return each;
        }
        rows_.push_back({words[0], words[1], words[2], words[3], {}, {}});
        return rows_.back();
    }

    std::vector<row> rows_;
};

void print_rows(const std::vector<row>& rows)
{
    std::printf("%-16s %-26s %7s %5s %11s %21s %7s %15s\n", "group", "peer", "permits", "bytes", "ns",
                "quartiles", "ratio", "quartiles");
    for (const row& each : rows) {
        std::printf("%-16s %-26s %7s %5s %11.2f %10.2f %10.2f", each.group.c_str(), each.name.c_str(),
                    each.permits.c_str(), each.bytes.c_str(), median(each.ns), quantile(each.ns, 0.25),
                    quantile(each.ns, 0.75));
        if (!each.ratios.empty()) {
            std::printf(" %7.3f %7.3f %7.3f", median(each.ratios), quantile(each.ratios, 0.25),
                        quantile(each.ratios, 0.75));
        }
        std::printf("\n");
    }
}

void print_rows_json(const std::vector<row>& rows)
{
    for (const row& each : rows) {
        std::printf("{\"group\": \"%s\", \"peer\": \"%s\", \"permits\": %s, \"bytes\": %s, \"samples\": %zu, "
                    "\"ns\": [%.6g, %.6g, %.6g], \"floor\": \"%s\"",
                    each.group.c_str(), each.name.c_str(), each.permits.c_str(), each.bytes.c_str(),
                    each.ns.size(), quantile(each.ns, 0.25), median(each.ns), quantile(each.ns, 0.75),
                    floor_of(each.group).c_str());
        if (!each.ratios.empty()) {
            std::printf(", \"ratio\": [%.6g, %.6g, %.6g]", quantile(each.ratios, 0.25), median(each.ratios),
                        quantile(each.ratios, 0.75));
        }
        std::printf("}\n");
    }
}

int run_all(const options& given)
{
    summary all;
    bool good = true;
    const auto block = [&](const std::string& program, unsigned samples) {
        const child_output output =
            run_child({program, "--child", "--rounds", std::to_string(given.count("rounds", 60)),
                       "--floor-samples", std::to_string(samples)},
                      std::chrono::seconds(60));
        if (output.status != status_ok)
            std::fprintf(stderr, "%s: %s\n", program.c_str(), output.status.c_str());
        good = good && output.status == status_ok;
        all.add_block(output.text);
    };
    const std::string twin = beside_this_program("bench_uncontended_libcxx");
    for (unsigned i = 0; i < given.count("blocks", 5); ++i) {
        block(beside_this_program(name_of_this_program()), given.count("floor-samples", 3));
        if (::access(twin.c_str(), X_OK) == 0)
            block(twin, 0);
    }
    if (given.has("json")) {
        print_rows_json(all.rows());
    } else {
        print_rows(all.rows());
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"rounds", "blocks", "floor-samples"}, {"json", "child"});
    return given.has("child") ? bench::be_child(given) : bench::run_all(given);
}
