// Atomic objects that are gone: who may still use their address, and who touches them too late.
#include <memory>
#include <optional>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/wait.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;
using word = atomic<std::uint32_t>;

/// The waiter destroys the word as soon as it was let in; `after` is what the releaser does after letting it
/// in.
body acquire_then_destroy(void (*after)(word&))
{
    return [=](scenario& s) {
        auto& object = s.make<std::optional<word>>();
        object.emplace(0U);
        word* const address = &*object;
        s.thread("waiter", [&object] {
            while (object->load(acquire) == 0) {
                platform::wait(*object, 0);
            }
            object.reset();
        });
        s.thread("releaser", [address, after] {
            address->store(1, release);
            after(*address);
        });
    };
}

TEST(lifetime, waking_by_the_address_of_an_object_that_is_gone_is_allowed)
{
    expect_exhausted({}, acquire_then_destroy([](word& gone) { platform::wake_one(gone); }));
    expect_exhausted({}, acquire_then_destroy([](word& gone) { platform::wake_all(gone); }));
}

TEST(lifetime, a_touch_after_letting_the_destroyer_in_is_found)
{
    expect_found(failure_kind::dead_object, {}, acquire_then_destroy([](word& gone) {
                     platform::wake_one(gone);
                     static_cast<void>(gone.load(relaxed));
                 }));
    expect_found(failure_kind::dead_object, {}, acquire_then_destroy([](word& gone) {
                     if (gone.fetch_add(2, relaxed) != 0) {
                         platform::wake_one(gone);
                     }
                 }));
}

TEST(lifetime, destroying_what_another_thread_may_be_using_is_found)
{
    // The order of steps is right, but nothing makes it so: the flag is relaxed.
    const auto scene = [](std::memory_order store, std::memory_order load) {
        return [=](scenario& s) {
            auto& object = s.make<std::optional<word>>();
            auto& done = s.make<atomic<int>>(0);
            object.emplace(0U);
            s.thread("user", [&, store] {
                object->fetch_add(1, relaxed);
                done.store(1, store);
            });
            s.thread("destroyer", [&, load] {
                if (done.load(load) == 1) {
                    object.reset();
                }
            });
        };
    };
    // Unless compiled for plain races, which see the optional's own members first.
    options how;
    how.check_plain_data = false;
    expect_found(failure_kind::dead_object, how, scene(relaxed, acquire));
    expect_found(failure_kind::dead_object, how, scene(release, relaxed));
    expect_exhausted(how, scene(release, acquire));
}

TEST(lifetime, an_object_whose_construction_is_not_visible_is_found)
{
    const auto scene = [](std::memory_order publish) {
        return [=](scenario& s) {
            auto& shared = s.make<atomic<word*>>(nullptr);
            auto& storage = s.make<std::optional<word>>();
            s.thread("maker", [&, publish] {
                storage.emplace(7U);
                shared.store(&*storage, publish);
            });
            s.thread("user", [&] {
                if (word* const made = shared.load(acquire)) {
                    require(made->load(relaxed) == 7, "its first value");
                }
            });
        };
    };
    options how;
    how.check_plain_data = false;
    expect_found(failure_kind::data_race, how, scene(relaxed));
    expect_exhausted(how, scene(release));
}

TEST(lifetime, a_new_object_at_an_old_address_is_a_new_object)
{
    expect_exhausted({}, [](scenario& s) {
        auto& storage = s.make<std::optional<word>>();
        s.thread("maker", [&] {
            for (std::uint32_t round = 0; round < 3; ++round) {
                storage.emplace(round);
                require(storage->load(relaxed) == round, "its first value, none of its predecessor's");
                storage.reset();
            }
        });
    });
}

constinit atomic<int> counter{5};

TEST(lifetime, static_objects_have_their_first_value_at_the_start_of_each_execution)
{
    atomic<int> outside{7};
    expect_exhausted({}, [&](scenario& s) {
        require(counter.load(relaxed) == 5, "as it was constructed");
        require(outside.load(relaxed) == 7, "as it was before the exploration");
        outside.store(8, relaxed);
        for (int i = 0; i < 2; ++i) {
            s.thread("adder", [&] {
                counter.fetch_add(1, relaxed);
                outside.fetch_add(1, relaxed);
            });
        }
        s.finally([&] { require(counter.load(relaxed) == 7 && outside.load(relaxed) == 10, "both added"); });
    });
}

TEST(lifetime, what_an_execution_allocates_is_gone_with_it)
{
    options how;
    how.max_executions = 2'000;
    how.merge_states = false;
    const result found = explore(how, [](scenario& s) {
        auto& word_a = s.make<atomic<int>>(0);
        for (int i = 0; i < 3; ++i) {
            s.thread("allocator", [&] {
                const auto owned = std::make_unique<std::array<char, 10'000>>();
                for (int round = 0; round < 3; ++round) {
                    word_a.fetch_add(1, relaxed);
                }
            });
        }
    });
    EXPECT_FALSE(found.failed) << found.summary();
}

}  // namespace
}  // namespace signalbox::simulated
