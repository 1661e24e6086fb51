// A file system that is full: whoever needs more of it is told, and nobody dies of SIGBUS.
#include <fstream>
#include <memory>
#include <vector>

#include <sched.h>
#include <sys/mount.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "child.hpp"
#include "directory.hpp"
#include "signpost.hpp"

namespace signalbox::contract {
namespace {

using process::semaphore;

class a_full_file_system : public own_directory {
protected:
    // In a process that sees a small file system in the place of the folder; skipped where it may not.
    template <class Function>
    void run(Function function)
    {
        child tries{[] { return ::unshare(CLONE_NEWNS) == 0; }};
        if (!tries.succeeds()) {
            GTEST_SKIP() << "this user may not mount file systems";
        }
        EXPECT_TRUE(child{[&] {
                        return ::unshare(CLONE_NEWNS) == 0 &&
                               ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                               ::mount("none", directory_.c_str(), "tmpfs", 0, "size=256k") == 0 &&
                               function();
                    }}.succeeds());
    }

    void fill() const
    {
        std::ofstream file{directory_ + "/fill"};
        const std::string page(4096, 'x');
        while (file.write(page.data(), 4096) && file.flush()) {
        }
    }

    static bool is_told(const std::function<void()>& function)
    {
        return refusal(std::errc::no_space_on_device, function).has_value();
    }
};

TEST_F(a_full_file_system, holds_no_new_object_and_no_trace_of_one)
{
    run([&] {
        fill();
        return is_told([] { (void)semaphore::create("new"); }) && semaphore::list().empty() &&
               std::filesystem::remove(directory_ + "/fill") && semaphore::create("new").available() == 1;
    });
}

TEST_F(a_full_file_system, is_told_to_who_waits_and_used_as_before_by_those_inside)
{
    run([&] {
        auto made = semaphore::create("made", {.capacity = 2});
        fill();
        const bool is_usable = [&] {
            const permit one{made};
            return made.available() == 1;
        }();
        child opens{[&] { return semaphore::open("made").self().slot == 1; }};
        made.acquire(2);
        child forked{[&] { return is_told([&] { (void)made.acquire(1, 20s); }); }};
        EXPECT_TRUE(opens.succeeds());
        EXPECT_TRUE(forked.succeeds());
        EXPECT_TRUE(is_usable);
        EXPECT_TRUE(is_told([&] { (void)made.acquire(1, 20s); })) << "there was no waiter before";
        std::filesystem::remove(directory_ + "/fill");
        EXPECT_EQ(made.acquire(1, 1ms), outcome::timed_out);
        EXPECT_EQ(semaphore::open("made").out(), 2);
        return !HasFailure();
    });
}

TEST_F(a_full_file_system, is_told_to_who_comes_when_the_page_of_the_head_has_no_record_left)
{
    run([&] {
        const auto made = semaphore::create("made");
        fill();
        signpost come[7];
        std::vector<std::unique_ptr<child>> others;
        for (signpost& one : come) {
            others.push_back(std::make_unique<child>(
                [&] { return made.self().slot > 0 && one.raise() && sleeps_for_ever(); }));
            EXPECT_TRUE(eventually([&] { return one.is_raised(); }));
        }
        const auto comes = [&] { (void)made.self(); };
        EXPECT_TRUE(child{[&] { return is_told(comes); }}.succeeds());
        std::filesystem::remove(directory_ + "/fill");
        child follower{[&] {
            comes();
            return true;
        }};
        EXPECT_TRUE(follower.succeeds());
        return !HasFailure();
    });
}

TEST_F(a_full_file_system, keeps_no_permit_of_a_killed_holder_that_found_no_page_for_its_mark)
{
    run([&] {
        const auto made = semaphore::create("made");
        fill();
        signpost holds;
        child holder{[&] {
            auto found = semaphore::open("made");
            const permit one{found};
            return holds.raise() && sleeps_for_ever();
        }};
        EXPECT_TRUE(eventually([&] { return holds.is_raised(); }));
        EXPECT_EQ(made.available(), 0);
        holder.ends_by(SIGKILL);
        EXPECT_EQ(made.available(), 1);
        return !HasFailure();
    });
}

}  // namespace
}  // namespace signalbox::contract
