// Times single-threaded pairs of operations in many short rounds that take turns.
//
// Because      The clock rate of a machine drifts by more than the differences that matter here; a ratio of
//              two rounds that lie a millisecond apart doesn't. So every subject is timed once in every
//              round.
// Edges        The object is reached through a pointer that the compiler can't see through, again in each
//              step: nothing of one pair can be carried over to the next in a register.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../peers/peer.hpp"
#include "ticks.hpp"

namespace bench {

inline constexpr unsigned pairs_in_a_round = 4'000;  // about 50 us

struct subject {
    std::string group;  // mutex, semaphore, many, try
    std::string name;
    unsigned permits = 1;
    std::size_t bytes = 0;
    std::function<std::uint64_t()> run;  // ticks of one round
    std::vector<double> ns;              // of one pair, one value a round
};

template <class Object>
Object* opaque(Object* object) noexcept
{
    asm volatile("" : "+r"(object) : : "memory");
    return object;
}

template <class Peer>
[[gnu::noinline]] std::uint64_t time_pairs(Peer* object)
{
    typename Peer::node node;
    const std::uint64_t first = ticks();
    for (unsigned i = 0; i < pairs_in_a_round; ++i) {
        opaque(object)->enter(node);
        opaque(object)->leave(node);
    }
    return ticks() - first;
}

// `permits` at once.
template <class Peer>
[[gnu::noinline]] std::uint64_t time_many(Peer* object, unsigned permits)
{
    typename Peer::node node;
    const std::uint64_t first = ticks();
    for (unsigned i = 0; i < pairs_in_a_round; ++i) {
        opaque(object)->enter_many(node, permits);
        opaque(object)->leave_many(node, permits);
    }
    return ticks() - first;
}

// Tries that fail.
template <class Peer>
[[gnu::noinline]] std::uint64_t time_failures(Peer* object)
{
    typename Peer::node node;
    unsigned taken = 0;
    const std::uint64_t first = ticks();
    for (unsigned i = 0; i < pairs_in_a_round; ++i)
        taken += opaque(object)->try_enter(node) ? 1U : 0U;
    const std::uint64_t spent = ticks() - first;
    return taken == 0 ? spent
                      : ~std::uint64_t{0} / 2;  // absurd on purpose: a try that succeeds here is a bug
}

template <class Peer>
concept many_peer = requires(Peer& object, typename Peer::node& node)
{
    object.enter_many(node, 3U);
    object.leave_many(node, 3U);
};

template <class Peer>
struct boxed {
    explicit boxed(unsigned permits) : object(permits) {}
    alignas(128) Peer object;
};

// Adds what can be timed of one peer.
template <class Peer>
void add_subjects(std::vector<subject>& subjects, const std::string& prefix)
{
    const auto add = [&](const std::string& group, unsigned permits, auto&& timed) {
        auto box = std::make_shared<boxed<Peer>>(permits);
        const auto run = [box, timed] { return timed(&box->object); };
        subjects.push_back({prefix + group, Peer::name, permits, sizeof(Peer), run, {}});
    };
    add(std::string(to_string(Peer::what)), 1, [](Peer* object) { return time_pairs(object); });
    if (Peer::what == kind::mutex)
        return;
    if (prefix.empty())
        add("semaphore", 8, [](Peer* object) { return time_pairs(object); });
    if constexpr (many_peer<Peer>)
        add("many", 8, [](Peer* object) { return time_many(object, 3); });
    if constexpr (trying_peer<Peer>) {
        auto box = std::make_shared<boxed<Peer>>(1U);
        typename Peer::node node;
        box->object.enter(node);
        const auto run = [box] { return time_failures(&box->object); };
        subjects.push_back({prefix + "try", Peer::name, 0, sizeof(Peer), run, {}});
    }
}

inline void run_rounds(std::vector<subject>& subjects, unsigned rounds, double ns_per_tick)
{
    for (unsigned round = 0; round < rounds + 3; ++round) {
        for (subject& each : subjects) {
            const double ns = static_cast<double>(each.run()) * ns_per_tick / pairs_in_a_round;
            if (round >= 3)
                each.ns.push_back(ns);  // the first ones warm caches and predictors
        }
    }
}

}  // namespace bench
