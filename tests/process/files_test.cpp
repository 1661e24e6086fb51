// The files of shared objects: names, permissions, publication, and what is refused with a clear error.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"
#include "directory.hpp"

namespace signalbox::contract {
namespace {

namespace fs = std::filesystem;
using process::semaphore;

class files : public own_directory {
protected:
    void overwrite(const std::string& name, long offset, const void* bytes, std::size_t count) const
    {
        std::FILE* const file = std::fopen(path(name).c_str(), "r+");
        ASSERT_NE(file, nullptr);
        std::fseek(file, offset, SEEK_SET);
        EXPECT_EQ(std::fwrite(bytes, 1, count, file), count);
        std::fclose(file);
    }

    static std::string open_error(const std::string& name)
    {
        return refusal(std::errc::invalid_argument, [&] { (void)semaphore::open(name); }).value_or("");
    }
};

TEST_F(files, an_object_is_found_by_its_name_until_it_is_removed)
{
    EXPECT_TRUE(refusal(std::errc::no_such_file_or_directory, [] { (void)semaphore::open("db"); }));
    auto made = semaphore::create("db", {.capacity = 4, .initial = 3});
    EXPECT_EQ(made.name(), "db");
    EXPECT_TRUE(refusal(std::errc::file_exists, [] { (void)semaphore::create("db"); }));
    auto found = semaphore::open_or_create("db", {.capacity = 9});
    EXPECT_EQ(found.capacity(), 4);
    found.acquire();
    EXPECT_EQ(made.available(), 2);
    EXPECT_EQ(semaphore::list(), std::vector<std::string>{"db"});
    EXPECT_TRUE(process::mutex::list().empty());
    EXPECT_TRUE(semaphore::remove("db"));
    EXPECT_FALSE(semaphore::remove("db"));
    EXPECT_TRUE(semaphore::list().empty());
}

TEST_F(files, removing_a_name_takes_away_what_it_leads_to_now_and_not_what_this_process_knows_by_it)
{
    const auto older = semaphore::create("name", {.capacity = 2});
    std::filesystem::remove(path("name"));
    EXPECT_TRUE(child{[] { return semaphore::create("name", {.capacity = 3}).capacity() == 3; }}.succeeds());
    const auto newer = semaphore::open("name");
    EXPECT_TRUE(semaphore::remove("name"));
    EXPECT_FALSE(std::filesystem::exists(path("name")));
    EXPECT_EQ(newer.capacity(), 3);
    EXPECT_FALSE(semaphore::remove("name"));
}

TEST_F(files, the_mode_is_the_permission_whatever_the_umask)
{
    const mode_t before = ::umask(077);
    auto made = semaphore::create("shared", {.mode = 0664});
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat(path("shared").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0664U);
    auto usual = semaphore::create("own");
    ASSERT_EQ(::stat(path("own").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(files, names_that_are_none_are_refused)
{
    for (const std::string name : {"", ".", "..", "a/b", "../x", "a b", "\xC3\xA4", "a\n"}) {
        const auto text = refusal(std::errc::invalid_argument, [&] { (void)semaphore::create(name); });
        ASSERT_TRUE(text) << name;
        EXPECT_EQ(text->find("'" + (name == "a\n" ? "a?" : name) + "' is no name"), 11U) << *text;
    }
    EXPECT_TRUE(refusal(std::errc::invalid_argument, [] { (void)semaphore::create(std::string(65, 'a')); }));
    auto longest = semaphore::create(std::string(64, 'a'));
    auto dots = semaphore::create("...");
    EXPECT_EQ(semaphore::list().size(), 2U);
}

TEST_F(files, what_is_no_such_object_is_refused_and_the_error_says_why)
{
    auto made = semaphore::create("db");
    auto lock = process::mutex::create("lock");
    EXPECT_NE(open_error("lock").find("is a mutex, not a semaphore"), std::string::npos)
        << open_error("lock");
    const std::uint32_t newer = 99;
    overwrite("db", 8, &newer, sizeof newer);
    EXPECT_NE(open_error("db").find("newer"), std::string::npos);
    const std::uint32_t older = 0;
    overwrite("db", 8, &older, sizeof older);
    EXPECT_NE(open_error("db").find("older"), std::string::npos);
    overwrite("db", 0, "ELF", 3);
    EXPECT_NE(open_error("db").find("no Signalbox object"), std::string::npos);
    std::fclose(std::fopen(path("empty").c_str(), "w"));
    EXPECT_NE(open_error("empty").find("0 bytes"), std::string::npos);
    fs::copy_file(path("lock"), path("short"));
    fs::resize_file(path("short"), 100'000);
    EXPECT_NE(open_error("short").find("truncated"), std::string::npos);
    fs::copy_file(path("lock"), path("long"));
    fs::resize_file(path("long"), fs::file_size(path("lock")) + 1);
    EXPECT_NE(open_error("long").find("too long"), std::string::npos);
    EXPECT_TRUE(refusal(std::errc::bad_file_descriptor, [] { (void)semaphore::from_handle(-1); }));
    fs::create_symlink(path("lock"), path("link"));
    EXPECT_TRUE(refusal(std::errc::too_many_symbolic_link_levels, [] { (void)semaphore::open("link"); }));
    fs::create_directory(path("directory"));
    EXPECT_ANY_THROW((void)semaphore::open("directory"));
}

TEST_F(files, removing_ends_the_waits_of_its_users)
{
    auto made = semaphore::create("db", {.initial = 0});
    auto waiter =
        start([&] { return refusal(std::errc::identifier_removed, [&] { made.acquire(); }).has_value(); });
    ASSERT_TRUE(eventually([&] { return made.waiters() == 1; }));
    EXPECT_TRUE(semaphore::remove("db"));
    EXPECT_TRUE(waiter.get());
    EXPECT_TRUE(refusal(std::errc::identifier_removed, [&] { made.acquire(); }));
    auto second = semaphore::create("db");
    EXPECT_EQ(second.available(), 1);
    EXPECT_EQ(made.available(), 0) << "another one";
}

TEST_F(files, collecting_removes_what_nobody_uses)
{
    auto used = semaphore::create("used");
    {
        auto lent = semaphore::create("lent", {.capacity = 2});
        lent.acquire();
    }
    EXPECT_TRUE(child{[] { return semaphore::create("left").available() == 1; }}.succeeds());
    child other{[] {
        auto theirs = semaphore::create("theirs");
        return sleeps_for_ever();
    }};
    ASSERT_TRUE(eventually([] { return semaphore::list().size() == 4; }));
    require([] { return semaphore::open("theirs").holders().empty(); });
    const auto removed = semaphore::collect();
    EXPECT_EQ(removed, std::vector<std::string>{"left"});
}

TEST_F(files, a_descriptor_is_enough_for_another_process)
{
    auto made = semaphore::anonymous({.capacity = 3});
    auto second = semaphore::from_handle(made.native_handle());
    second.acquire();
    EXPECT_EQ(made.available(), 2);
    auto lock = process::mutex::anonymous();
    EXPECT_TRUE(
        refusal(std::errc::invalid_argument, [&] { (void)semaphore::from_handle(lock.native_handle()); }));
}

TEST_F(files, a_permit_of_a_damaged_file_says_so_when_it_is_released_and_otherwise_ends_quietly)
{
    child victim{[&] {
        auto object = semaphore::create("damaged", {.capacity = 3});
        permit held{object, 2};
        permit part = held.split(1);
        const std::string ones(1024, '\xff');
        overwrite("damaged", 512, ones.data(), ones.size());
        return refusal(std::errc::state_not_recoverable, [&] { part.release(); }) && part.count() == 1;
    }};  // and both end
    EXPECT_TRUE(victim.succeeds());
    fs::remove(path("damaged"));
}

TEST_F(files, the_owner_of_a_mutex_whose_file_is_damaged_unlocks_it_quietly)
{
    child victim{[&] {
        auto object = process::mutex::create("damaged");
        {
            const std::lock_guard guard{object};
            const std::uint64_t ones = ~std::uint64_t{0};
            overwrite("damaged", 128, &ones, sizeof ones);  // the word that names the owner
        }
        bool is_refused = false;
        std::thread other{[&] {
            is_refused = refusal(std::errc::operation_not_permitted, [&] { object.unlock(); }).has_value();
        }};
        other.join();
        return is_refused;
    }};
    EXPECT_TRUE(victim.succeeds());
    fs::remove(path("damaged"));
}

TEST_F(files, damaged_files_fail_and_do_no_harm)
{
    dice chance{1};
    for (int round = 0; round < 300; ++round) {
        child victim{[&] {
            auto object = semaphore::create("damaged", {.capacity = 3});
            {
                const permit held{object};
            }
            for (int i = 0; i < 40; ++i) {
                const std::uint64_t bytes =
                    chance.below(3) == 0 ? ~std::uint64_t{0} : chance.below(1U << 31U);
                // the state at the beginning, the cells that are used, and the first participants
                const long regions[] = {128, 512, 4096 + 64 * 2048, 4096 + 64 * 3072};
                const long at = regions[chance.below(4)] + static_cast<long>(chance.below(300));
                overwrite("damaged", at, &bytes, chance.below(8) + 1);
            }
            try {
                auto again = semaphore::open("damaged");
                (void)again.available();
                (void)again.holders();
                (void)again.waiters();
                (void)again.try_acquire();
                (void)(permit{again, 1, 1ms});
                again.release();
                again.resize(2);
                again.close();
            } catch (const std::system_error&) {
            }
            return true;
        }};
        ASSERT_TRUE(victim.succeeds()) << "round " << round;
        fs::remove(path("damaged"));
        chance.below(2);
        for (int i = 0; i < 7; ++i) {
            chance.below(3);
        }
    }
}

}  // namespace
}  // namespace signalbox::contract
