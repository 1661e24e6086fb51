// Objects are listed with all that is left in them, and collected when nobody uses them: never otherwise.
#include <algorithm>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <signalbox/process/event.hpp>
#include <signalbox/process/objects.hpp>
#include <signalbox/process/recursive_mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"
#include "directory.hpp"

namespace signalbox::contract {
namespace {

using process::event;
using process::recursive_mutex;
using process::semaphore;

class objects : public own_directory {};

std::vector<std::string> names_of(const std::vector<process::object_info>& found)
{
    std::vector<std::string> names;
    for (const auto& each : found) {
        names.push_back(each.name);
    }
    return names;
}

TEST_F(objects, are_listed_with_what_is_in_them)
{
    auto seats = semaphore::create(
        "seats", {.capacity = 9, .mode = 0640, .fairness = fairness::fifo, .label = "the theatre"});
    const permit two{seats, 2};
    seats.acquire(3);
    auto go = event::create("go", {.is_set = true});
    auto lock = recursive_mutex::create("lock");
    auto waiter = start([&] { return permit{seats, 5, 60s}.outcome(); });
    ASSERT_TRUE(eventually([&] { return seats.waiters() == 1; }));
    const auto found = process::list();
    ASSERT_EQ(names_of(found), (std::vector<std::string>{"go", "lock", "seats"}));
    EXPECT_EQ(found[0].kind, process::kind::event);
    EXPECT_TRUE(found[0].is_set);
    EXPECT_EQ(found[1].kind, process::kind::recursive_mutex);
    EXPECT_EQ(found[1].free, 1);
    const auto& told = found[2];
    EXPECT_EQ(told.label, "the theatre");
    EXPECT_EQ(told.mode, 0640U);
    EXPECT_EQ(told.owner, ::geteuid());
    EXPECT_EQ(told.capacity, 9);
    EXPECT_EQ(told.free, 4);
    EXPECT_EQ(told.held, 2);
    EXPECT_EQ(told.out, 3);
    EXPECT_EQ(told.waiting, 1);
    EXPECT_TRUE(told.is_fifo && !told.is_closed && !told.is_damaged);
    ASSERT_EQ(told.users.size(), 1U);
    EXPECT_EQ(told.users[0].who.pid, ::getpid());
    EXPECT_TRUE(told.users[0].is_alive);
    ASSERT_EQ(told.holders.size(), 1U);
    EXPECT_EQ(told.holders[0].count, 2);
    EXPECT_EQ(told.holders[0].who.slot, told.users[0].who.slot);
    ASSERT_EQ(told.waiters.size(), 1U);
    EXPECT_EQ(told.waiters[0].count, 5);
    EXPECT_EQ(told.waiters[0].who.pid, ::getpid());
    seats.release(3);
    EXPECT_EQ(waiter.get(), outcome::acquired);
}

TEST_F(objects, are_listed_when_their_users_are_dead)
{
    child holder{[] {
        auto left = semaphore::create("left", {.capacity = 3});
        left.acquire();
        const permit held{left};
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([] { return !process::list().empty() && process::list()[0].held == 1; }));
    EXPECT_TRUE(process::list()[0].users.at(0).is_alive);
    const pid_t pid = holder.pid();
    holder.ends_by(SIGKILL);
    const auto found = process::list();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].out, 1);
    EXPECT_EQ(found[0].held, 1) << "looking changes nothing";
    ASSERT_EQ(found[0].holders.size(), 1U);
    EXPECT_EQ(found[0].holders[0].who.pid, pid);
    ASSERT_EQ(found[0].users.size(), 1U);
    EXPECT_EQ(found[0].users[0].who.pid, pid);
    EXPECT_FALSE(found[0].users[0].is_alive);
    EXPECT_EQ(semaphore::open("left").available(), 2);
}

TEST_F(objects, show_the_label_that_a_child_gives_when_it_opens_what_its_parent_uses)
{
    auto seats = semaphore::create("seats", {.capacity = 2, .label = "parent"});
    child holder{[&] {
        auto mine = semaphore::open("seats", "child");
        const permit held{mine};
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([&] { return seats.holders().size() == 1; }));
    EXPECT_EQ(seats.holders()[0].who.label, "child");
    EXPECT_EQ(seats.self().label, "parent");
    auto again = semaphore::open("seats", "a later one");
    EXPECT_EQ(seats.self().label, "a later one");
    auto unlabelled = semaphore::open("seats");
    EXPECT_EQ(seats.self().label, "a later one");
}

TEST_F(objects, whose_permits_rest_are_listed_as_free)
{
    auto seats = semaphore::create("seats", {.capacity = 3});
    for (int i = 0; i < 1000; ++i) {
        const permit one{seats};
    }
    const auto told = process::list().at(0);
    EXPECT_EQ(told.free, 3);
    EXPECT_EQ(told.held, 0);
    EXPECT_TRUE(told.holders.empty());
}

TEST_F(objects, that_nobody_uses_are_collected_and_no_others)
{
    auto mine = event::create("mine");
    {
        auto lent = semaphore::create("lent", {.capacity = 2});
        lent.acquire();
    }
    child theirs{[] {
        auto lock = process::mutex::create("theirs");
        return sleeps_for_ever();
    }};
    child dead{[] {
        auto lock = process::mutex::create("orphan");
        lock.lock();
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([] { return process::list().size() == 4 && process::list()[2].held == 1; }));
    dead.gets(SIGSTOP);
    EXPECT_EQ(semaphore::collect(), std::vector<std::string>{}) << "a permit is out";
    EXPECT_EQ(process::collect(), std::vector<std::string>{"lent"});
    dead.ends_by(SIGKILL);
    EXPECT_EQ(process::collect(), std::vector<std::string>{"orphan"});
    EXPECT_EQ(names_of(process::list()), (std::vector<std::string>{"mine", "theirs"}));
}

TEST_F(objects, of_others_and_files_that_are_none_are_left_alone)
{
    for (const char* name : {"foreign", "a name", "short"}) {
        std::FILE* const file = std::fopen(path(name).c_str(), "w");
        ASSERT_NE(file, nullptr);
        std::fputs(name, file);
        std::fclose(file);
    }
    ASSERT_EQ(::symlink("/etc/passwd", path("link").c_str()), 0);
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    EXPECT_TRUE(process::list().empty());
    EXPECT_TRUE(process::collect().empty());
    EXPECT_EQ(::access(path("foreign").c_str(), F_OK), 0);
}

// Processes open, use and close an object while others collect and remove it: whoever got one shares it with
// whoever gets it until it is closed.
TEST_F(objects, that_somebody_is_about_to_open_are_never_taken_away)
{
    const auto uses = [](std::uint32_t seed) {
        dice chance{seed};
        for (const auto end = clock::now() + soak_time() / 2; clock::now() < end;) {
            {
                auto object = semaphore::open_or_create("shared", {.capacity = 3});
                const auto info = process::list();
                const bool is_there = std::any_of(info.begin(), info.end(), [](const auto& each) {
                    return each.name == "shared" && !each.users.empty();
                });
                const permit one{object, 1, 60s};
                struct stat status {};
                if (!is_there || !one || ::fstat(object.native_handle(), &status) != 0 ||
                    status.st_nlink != 1) {
                    return false;
                }
            }
            dawdle(chance.below(200'000));  // without it
        }
        return true;
    };
    child first{[&] { return uses(1); }};
    child second{[&] { return uses(2); }};
    std::size_t collected = 0;
    for (const auto end = clock::now() + soak_time() / 2; clock::now() < end;) {
        collected += process::collect().size();
    }
    EXPECT_TRUE(first.succeeds());
    EXPECT_TRUE(second.succeeds());
    collected += process::collect().size();
    EXPECT_GT(collected, 0U);
}

}  // namespace
}  // namespace signalbox::contract
