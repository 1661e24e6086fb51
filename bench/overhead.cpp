// bench_overhead: what detection, names, probes and call sites cost on uncontended paths.
//
//   ships   as it ships: detection on, the objects have names, the library has its probes
//   bare    a twin whose library is compiled without probes, with detection off and no names
//   sites   a twin whose code is compiled with call sites; tracking is off
//   noted   the same with tracking on: each lock is written down
//
//   --rounds 60         rounds a block; in each round every subject is timed once
//   --blocks 8          blocks of each, a fresh process each, by turns
//   --json              one JSON object per line instead of the table
// Exit code: 0, 1 if a block failed, 2 for a wrong command line.
//
// Because      The programs are one source, and a ratio is taken between blocks that follow each other, so
//              that neither the code nor a drifting clock rate makes a difference.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <signalbox/inspect.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/name.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/recursive_mutex.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>

#include "harness/child.hpp"
#include "harness/options.hpp"
#include "harness/rounds.hpp"
#include "harness/stats.hpp"

#if defined(SIGNALBOX_BENCH_BARE)
#include "core/policy.hpp"
#endif

namespace bench {
namespace {

struct of_mutex {
    signalbox::mutex object;
    void pair() { object.lock(), object.unlock(); }
};
struct of_recursive_mutex {
    signalbox::recursive_mutex object;
    void pair() { object.lock(), object.unlock(); }
};
struct of_shared_mutex {
    signalbox::shared_mutex object;
    void pair() { object.lock(), object.unlock(); }
};
struct of_reading {
    signalbox::shared_mutex object;
    void pair() { object.lock_shared(), object.unlock_shared(); }
};
struct of_semaphore {
    signalbox::semaphore object{1};
    void pair() { object.acquire(), object.release(); }
};
struct of_permit {
    signalbox::semaphore object{1};
    void pair() { const signalbox::permit taken{object}; }
};

template <class Pair>
[[gnu::noinline]] std::uint64_t time_it(Pair* pair)
{
    const std::uint64_t first = ticks();
    for (unsigned i = 0; i < pairs_in_a_round; ++i)
        opaque(pair)->pair();
    return ticks() - first;
}

template <class Pair>
void add(std::vector<subject>& subjects, const char* name)
{
    struct alignas(128) boxed : Pair {};
    auto box = std::make_shared<boxed>();
#if !defined(SIGNALBOX_BENCH_BARE)
    set_name(box->object, name);
#endif
    subjects.push_back(
        {"", name, 1, sizeof box->object, [box] { return time_it(static_cast<Pair*>(box.get())); }, {}});
}

int be_child(const options& given)
{
#if defined(SIGNALBOX_BENCH_BARE)
    signalbox::detail::policy.deadlock_after = signalbox::detail::waiting_policy::never;
#endif
    signalbox::track(given.has("tracked"));
    std::vector<subject> subjects;
    add<of_mutex>(subjects, "mutex");
    add<of_recursive_mutex>(subjects, "recursive_mutex");
    add<of_shared_mutex>(subjects, "shared_mutex, writing");
    add<of_reading>(subjects, "shared_mutex, reading");
    add<of_semaphore>(subjects, "semaphore");
    add<of_permit>(subjects, "permit");
    run_rounds(subjects, given.count("rounds", 60), measure_ns_per_tick());
    for (const subject& each : subjects)
        std::printf("%s;%.9g\n", each.name.c_str(), median(each.ns));
    return 0;
}

struct variant {
    const char* name;
    const char* program;
    bool is_tracked;
};
constexpr variant variants[] = {{"bare", "bench_overhead_bare", false},
                                {"ships", "bench_overhead", false},
                                {"sites", "bench_overhead_sites", false},
                                {"noted", "bench_overhead_sites", true}};

using samples = std::map<std::string, std::map<std::string, std::vector<double>>>;  // by subject and variant

bool run_block(const variant& which, unsigned rounds, samples& into)
{
    std::vector<std::string> words = {beside_this_program(which.program), "--child", "--rounds",
                                      std::to_string(rounds)};
    if (which.is_tracked)
        words.emplace_back("--tracked");
    const child_output output = run_child(words, std::chrono::seconds(60));
    for (const std::string& line : split(output.text, '\n')) {
        const std::vector<std::string> parts = split(line, ';');
        if (parts.size() == 2)
            into[parts[0]][which.name].push_back(std::strtod(parts[1].c_str(), nullptr));
    }
    if (output.status != status_ok)
        std::fprintf(stderr, "%s: %s\n", which.program, output.status.c_str());
    return output.status == status_ok;
}

void print(const samples& all, bool is_json)
{
    if (!is_json)
        std::printf("%-24s %-6s %9s %8s %17s\n", "subject", "", "ns", "x bare", "quartiles");
    for (const auto& [subject, by_variant] : all) {
        for (const variant& each : variants) {
            const std::vector<double>& bare = by_variant.at("bare");
            const std::vector<double>& ns = by_variant.at(each.name);
            std::vector<double> ratios;
            for (std::size_t i = 0; i < std::min(bare.size(), ns.size()); ++i)
                ratios.push_back(ns[i] / bare[i]);
            const double low = quantile(ratios, 0.25), high = quantile(ratios, 0.75), mid = median(ratios);
            if (is_json) {
                std::printf("{\"subject\": \"%s\", \"variant\": \"%s\", \"ns\": %.6g, "
                            "\"ratio\": [%.6g, %.6g, %.6g]}\n",
                            subject.c_str(), each.name, median(ns), low, mid, high);
            } else {
                std::printf("%-24s %-6s %9.2f %8.3f %8.3f..%.3f\n", subject.c_str(), each.name, median(ns),
                            mid, low, high);
            }
        }
    }
}

int run_all(const options& given)
{
    samples all;
    bool good = true;
    for (unsigned i = 0; i < given.count("blocks", 8); ++i) {
        for (const variant& each : variants)
            good = run_block(each, given.count("rounds", 60), all) && good;
    }
    if (good)
        print(all, given.has("json"));
    return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"rounds", "blocks"}, {"json", "child", "tracked"});
    return given.has("child") ? bench::be_child(given) : bench::run_all(given);
}
