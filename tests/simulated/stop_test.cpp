// Stop tokens of the simulated platform keep the contract of the standard's.
#include <optional>

#include <signalbox/platform/stop.hpp>

#include "explore.hpp"

namespace signalbox::simulated {
namespace {

using enum std::memory_order;
using platform::atomic;
using platform::stop_callback;
using platform::stop_source;

TEST(stop, a_callback_runs_exactly_once_or_not_at_all)
{
    expect_exhausted({}, [](scenario& s) {
        auto& source = s.make<stop_source>();
        auto& runs = s.make<ghost<int>>(0);
        s.thread("stopper", [&] { require(source.request_stop(), "the only request"); });
        s.thread("waiter", [&] {
            bool was_requested = false;
            {
                const stop_callback call{source.get_token(), [&] { runs.update([](int& n) { ++n; }); }};
                was_requested = source.get_token().stop_requested();
            }
            require(!was_requested || runs.value() == 1, "requested before the end: it has run");
            require(runs.value() <= 1, "at most once");
        });
    });
}

TEST(stop, only_one_of_two_requests_is_the_first)
{
    expect_exhausted({}, [](scenario& s) {
        auto& source = s.make<stop_source>();
        auto& first = s.make<ghost<int>>(0);
        for (int i = 0; i < 2; ++i) {
            s.thread("stopper", [&] {
                if (source.request_stop()) {
                    first.update([](int& n) { ++n; });
                }
            });
        }
        s.finally([&] { require(first.value() == 1 && source.stop_requested(), "one request made it"); });
    });
}

TEST(stop, the_destructor_waits_for_a_run_on_another_thread)
{
    expect_exhausted({}, [](scenario& s) {
        auto& source = s.make<stop_source>();
        s.thread("stopper", [&] { source.request_stop(); });
        s.thread("owner", [&] {
            atomic<int> mine{0};  // gone as soon as the callback's destructor has returned
            const stop_callback call{source.get_token(), [&] {
                                         mine.store(1, relaxed);
                                         mine.store(2, relaxed);
                                     }};
        });
    });
}

TEST(stop, a_callback_may_remove_itself)
{
    expect_exhausted({}, [](scenario& s) {
        auto& source = s.make<stop_source>();
        s.thread("stopper", [&] {
            struct self_remover;
            using callback = stop_callback<std::function<void()>>;
            std::optional<callback> call;
            call.emplace(source.get_token(), [&call] { call.reset(); });
            source.request_stop();
            require(!call.has_value(), "it has removed itself");
        });
        s.thread("looker", [&] { static_cast<void>(source.stop_requested()); });
    });
}

TEST(stop, what_was_done_before_the_request_is_visible_after_it)
{
    expect_exhausted({}, [](scenario& s) {
        auto& source = s.make<stop_source>();
        auto& data = s.make<shared_data<int>>(0);
        s.thread("stopper", [&] {
            data.write(1);
            source.request_stop();
        });
        s.thread("reader", [&] {
            if (source.get_token().stop_requested()) {
                require(data.read() == 1, "what was written before");
            }
        });
    });
}

TEST(stop, tokens_without_a_state_never_stop)
{
    const platform::stop_token none;
    EXPECT_FALSE(none.stop_possible());
    EXPECT_FALSE(none.stop_requested());
    stop_source nothing{std::nostopstate};
    EXPECT_FALSE(nothing.stop_possible());
    EXPECT_FALSE(nothing.request_stop());
    std::optional<stop_source> source{std::in_place};
    const platform::stop_token token = source->get_token();
    EXPECT_TRUE(token.stop_possible());
    EXPECT_EQ(token, source->get_token());
    source.reset();
    EXPECT_FALSE(token.stop_possible());
}

}  // namespace
}  // namespace signalbox::simulated
