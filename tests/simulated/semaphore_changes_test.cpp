// close() and resize() of the semaphore against every other operation: all pairs without a bound on
// preemptions, triples with one; and the moments at which a change could be missed.
#include <gtest/gtest.h>

#include <optional>
#include <system_error>

#include <signalbox/semaphore.hpp>

#include "shipped.hpp"

namespace signalbox::simulated {
namespace {

using namespace std::chrono_literals;

constexpr int initial = 2;
constexpr int capacity = 4;  // two are out at first, so that there is room for two gifts

struct world {
    explicit world(fairness order) : semaphore{initial, {capacity, order}} {}

    signalbox::semaphore semaphore;
    platform::stop_source stop;
    tally given;
    ghost<bool> is_closed{false};

    void use(outcome ended, int n)
    {
        if (is_acquired(ended)) {
            semaphore.release(n);
        }
        require(ended != outcome::closed || semaphore.is_closed(), "nobody else closes it");
    }
};

struct operation {
    std::string name;
    std::function<void(world&)> run;
};

outcome acquire_or_catch(signalbox::semaphore& semaphore)
{
    try {
        semaphore.acquire();
        return outcome::acquired;
    } catch (const std::system_error& thrown) {
        require(thrown.code() == std::errc::operation_canceled, "the right error");
        return outcome::closed;
    }
}

const std::vector<operation>& changes()
{
    static const std::vector<operation> all{
        {"close",
         [](world& w) {
             w.semaphore.close();
             w.is_closed.update([](bool& is) { is = true; });
             require(!w.semaphore.try_acquire(), "nobody gets in any more");
         }},
        {"grow", [](world& w) { w.semaphore.resize(capacity + 1); }},
        {"shrink", [](world& w) { w.semaphore.resize(capacity - 1); }},
    };
    return all;
}

const std::vector<operation>& others()
{
    static const std::vector<operation> all{
        {"use", [](world& w) { w.use(acquire_or_catch(w.semaphore), 1); }},
        {"try_use",
         [](world& w) { w.use(w.semaphore.try_acquire() ? outcome::acquired : outcome::timed_out, 1); }},
        {"use_two_for", [](world& w) { w.use(w.semaphore.acquire(2, 1ms), 2); }},
        {"use_two_unless_stopped_for",
         [](world& w) {
             w.use(w.semaphore.acquire(2, {1ms, w.stop.get_token()}), 2);
         }},
        {"give",
         [](world& w) {
             w.given.add(1);
             w.semaphore.release();
         }},
        {"request_stop", [](world& w) { w.stop.request_stop(); }},
    };
    return all;
}

body scenario_of(std::vector<operation> operations, fairness order)
{
    return [order, operations = std::move(operations)](scenario& s) {
        auto& w = s.make<world>(order);
        s.name(&w.semaphore, "the semaphore");
        for (const auto& each : operations) {
            s.thread(each.name, [&w, &each] { each.run(w); });
        }
        s.finally([&w] {
            const auto out = capacity - initial - w.given.value();
            require(w.semaphore.available() == w.semaphore.capacity() - out, "permits are conserved");
            require(w.semaphore.waiters() == 0, "nobody waits at the end");
            require(w.semaphore.is_closed() == w.is_closed.value(), "closed for good, and only if closed");
            const auto left = w.semaphore.available();
            require(w.semaphore.try_acquire(left) != w.is_closed.value(),
                    "nothing else forbids to take them");
        });
    };
}

using which = std::tuple<unsigned, unsigned, fairness>;

std::vector<operation> changes_and_others()
{
    std::vector<operation> both = changes();
    both.insert(both.end(), others().begin(), others().end());
    return both;
}

std::string name_of(const which& pair)
{
    const auto [first, second, order] = pair;
    return changes()[first].name + "_and_" + changes_and_others()[second].name +
           (order == fairness::fifo ? "_fifo" : "_bounded");
}

std::vector<which> all_pairs()
{
    std::vector<which> pairs;
    for (const fairness order : {fairness::bounded, fairness::fifo}) {
        for (unsigned first = 0; first < changes().size(); ++first) {
            for (unsigned second = first; second < changes_and_others().size(); ++second) {
                pairs.emplace_back(first, second, order);
            }
        }
    }
    return pairs;
}

class semaphore_change : public testing::TestWithParam<which> {};

TEST_P(semaphore_change, keeps_every_promise_beside_any_operation)
{
    const auto [first, second, order] = GetParam();
    explore_variants(name_of(GetParam()),
                     scenario_of({changes()[first], changes_and_others()[second]}, order), 4'000);
}

INSTANTIATE_TEST_SUITE_P(simulated, semaphore_change, testing::ValuesIn(all_pairs()),
                         [](const auto& each) { return name_of(each.param); });

TEST(semaphore_change_of_three, keeps_every_promise_with_few_preemptions)
{
    const auto& other = others();
    for (const operation& change : changes()) {
        for (unsigned first = 0; first < other.size(); ++first) {
            for (unsigned second = first; second < other.size(); ++second) {
                explore_variants(change.name + ", " + other[first].name + ", " + other[second].name,
                                 scenario_of({change, other[first], other[second]}, fairness::bounded), 400,
                                 2);
            }
        }
    }
}

/// One permit is free of two. Whoever shrinks to one and then finds nobody owing was not overtaken, and
/// nobody can get in afterwards.
body take_while_it_shrinks(bool (*take)(signalbox::semaphore&))
{
    struct shrinking {
        signalbox::semaphore semaphore{1, semaphore_options{.capacity = 2}};
        ghost<bool> is_taken{false};
        ghost<bool> owes{false};
    };
    return [take](scenario& s) {
        auto& w = s.make<shrinking>();
        s.thread("shrinker", [&w] {
            w.semaphore.resize(1);
            const bool owes = w.semaphore.available() < 0;
            w.owes.update([owes](bool& is) { is = owes; });
        });
        s.thread("taker", [&w, take] {
            const bool is_taken = take(w.semaphore);
            w.is_taken.update([is_taken](bool& is) { is = is_taken; });
        });
        s.finally([&w] { require(w.owes.value() == w.is_taken.value(), "taken before, or not at all"); });
    };
}

TEST(semaphore_resize, lets_nobody_in_by_the_old_capacity_once_it_has_shrunk)
{
    explore_variants("try_acquire", take_while_it_shrinks([](auto& s) { return s.try_acquire(); }), 20'000);
    explore_variants("acquire_for",
                     take_while_it_shrinks([](auto& s) { return is_acquired(s.acquire(1, 1ms)); }), 20'000);
}

TEST(semaphore_resize, serves_who_waits_when_it_grows_and_refuses_who_waits_for_too_many)
{
    for (const int to : {1, 3}) {
        explore_variants(
            "resize to " + std::to_string(to),
            [to](scenario& s) {
                auto& semaphore = s.make<signalbox::semaphore>(1, semaphore_options{.capacity = 2});
                s.thread("waiter", [&semaphore, to] {
                    try {
                        semaphore.acquire(2);
                        require(to == 3, "there were two free");
                    } catch (const std::system_error& thrown) {
                        require(to == 1 && thrown.code() == std::errc::invalid_argument, "too many for ever");
                    }
                });
                s.thread("resizer", [&semaphore, to] { semaphore.resize(to); });
                s.finally([&semaphore] { require(semaphore.available() == 0, "as many as it should be"); });
            },
            20'000);
    }
}

TEST(semaphore_close, lets_whom_it_sends_away_destroy_the_semaphore)
{
    explore_variants(
        "close, then destroy",
        [](scenario& s) {
            auto& owner = s.make<std::optional<signalbox::semaphore>>();
            owner.emplace(0);
            signalbox::semaphore* const semaphore = &*owner;
            s.thread("waiter", [&owner] {
                require(owner->acquire(1, {}) == outcome::closed, "nobody releases");
                owner.reset();
            });
            s.thread("closer", [semaphore] { semaphore->close(); });
        },
        20'000);
}

}  // namespace
}  // namespace signalbox::simulated
