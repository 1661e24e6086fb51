// After fork(2): names that the parent gave, and what the child tells of waiting.
#include <memory>
#include <stop_token>
#include <string_view>

#include <gtest/gtest.h>
#include <pthread.h>

#include <signalbox/inspect.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/name.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/thread_id.hpp>
#include <signalbox/watchdog.hpp>

#include "../contract/harness.hpp"
#include "in_child.hpp"

namespace signalbox::contract {
namespace {

TEST(fork, names_are_known_in_the_child_and_those_of_threads_by_whom_it_has)
{
    mutex subject;
    set_name(subject, "cache");
    std::atomic<std::uint32_t> other_id{0};
    std::atomic<bool> is_over{false};
    auto other = start([&] {
        set_thread_name("worker");
        pthread_setname_np(pthread_self(), "kernel's");
        other_id.store(this_thread_id().value());
        require([&] { return is_over.load(); });
    });
    require([&] { return other_id.load() != 0; });
    EXPECT_EQ(in_child([&] {
                  claims all;
                  all.hold(name_of(subject) == "cache", "the object keeps its name");
                  all.hold(thread_name(thread_id{other_id.load()}) == "worker",
                           "a thread that was left behind can still be named, for what it owned");
                  set_thread_name("the child");
                  all.hold(thread_name(this_thread_id()) == "the child", "the child can be named");
                  set_name(subject, "child's");
                  all.hold(name_of(subject) == "child's", "and its objects");
                  return all.broken;
              }),
              "");
    EXPECT_EQ(name_of(subject), "cache");
    is_over.store(true);
    forget_name(subject);
}

TEST(fork, nobody_watches_in_the_child_and_the_watchdog_ends_there)
{
    semaphore empty{0};
    std::stop_source stop;
    std::atomic<int> reports{0};
    std::unique_ptr<watchdog> dog{new watchdog{.after = 1ms, .report = [&](std::string_view) { ++reports; }}};
    auto waiter = start([&] { return empty.acquire(1, stop.get_token()); });
    require([&] { return reports.load() > 0; });
    EXPECT_EQ(in_child([&] {
                  claims all;
                  dump([&](std::string_view text) {
                      all.hold(text == "signalbox: no thread waits\n", "nobody waits");
                  });
                  dog.reset();
                  return all.broken;
              }),
              "");
    stop.request_stop();
    dog.reset();
}

}  // namespace
}  // namespace signalbox::contract
