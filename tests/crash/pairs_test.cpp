// Two processes: A stops at its instruction i, B runs to its instruction j, A is killed; then B must end, and
// everything must be there.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "at_every_instruction.hpp"

namespace signalbox::crash {
namespace {

using operation = std::function<void()>;
using namespace std::chrono_literals;

enum class fate { goes_on, is_killed };

struct stride {
    std::size_t a = 1;
    std::size_t b = 1;
};

std::size_t given_or(std::size_t usual)
{
    return static_cast<std::size_t>(
        contract::number_from_environment("SIGNALBOX_CRASH_STRIDE", static_cast<double>(usual)));
}

// B begins first, so that it is warm, and A second: at its begin() A holds what it wants to hold.
struct result {
    bool a_has_ended;
    bool b_has_ended;
};

result run_pair(std::size_t i, const operation& a, std::size_t j, const operation& b, fate of_b)
{
    stepped_process second{b};
    stepped_process first{a};
    first.steps_to(i);
    second.steps_to(j);
    const result ends{first.has_ended(), second.has_ended() || second.taken() < j};
    first.dies();
    if (of_b == fate::goes_on) {
        EXPECT_TRUE(second.goes_on()) << "B hangs, or did not get what it must";
    } else {
        second.dies();
    }
    return ends;
}

void at_every_pair(const char* what, const operation& a, const operation& b, fate of_b, stride usual,
                   const operation& check)
{
    std::size_t points = 0;
    result ends{};
    for (std::size_t i = 0; !ends.a_has_ended; i += given_or(usual.a)) {
        ends.b_has_ended = false;
        for (std::size_t j = 0; !ends.b_has_ended; j += given_or(usual.b)) {
            ends = run_pair(i, a, j, b, of_b);
            check();
            if (::testing::Test::HasFailure()) {
                FAIL() << what << ": A at " << i << ", B at " << j;
            }
            ++points;
        }
    }
    std::printf("[  points  ] %6zu  %s\n", points, what);
}

// On one processor, where a step is a switch and no wake-up of another one.
class every_pair : public ::testing::Test {
protected:
    every_pair()
    {
        ::sched_getaffinity(0, sizeof usual_, &usual_);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
        ::sched_setaffinity(0, sizeof one, &one);
    }

    ~every_pair() override { ::sched_setaffinity(0, sizeof usual_, &usual_); }

    // Takes a permit and gives it back between begin() and end().
    [[nodiscard]] operation releases()
    {
        return [this] {
            permit held{object};
            begin();
            held.release();
            end();
        };
    }

    [[nodiscard]] operation acquires(std::chrono::nanoseconds within, bool must_succeed)
    {
        return [this, within, must_succeed] {
            {
                const permit warm{object};
            }
            begin();
            {
                const permit mine{object, 1, within};
                if (must_succeed && !mine) {
                    ::_exit(1);
                }
            }
            end();
        };
    }

    [[nodiscard]] operation is_whole()
    {
        return [this] { expect_all(object, 1); };
    }

    cpu_set_t usual_{};
    semaphore object = semaphore::anonymous({.fairness = fairness::fifo});  // fifo: waits asleep
};

TEST_F(every_pair, of_a_release_that_is_killed_and_an_acquire)
{
    at_every_pair("release killed, acquire goes on", releases(), acquires(30s, true), fate::goes_on,
                  {19, 1499}, is_whole());
}

TEST_F(every_pair, of_a_release_that_is_killed_and_a_time_out)
{
    at_every_pair("release killed, acquire times out", releases(), acquires(200us, false), fate::goes_on,
                  {19, 1499}, is_whole());
}

TEST_F(every_pair, of_a_release_and_an_acquire_that_are_both_killed)
{
    at_every_pair("release killed, acquire killed", releases(), acquires(30s, true), fate::is_killed,
                  {19, 1499}, is_whole());
}

// A does not wait for B: it takes the permit that is free, and B gives back another.
TEST_F(every_pair, of_an_acquire_that_is_killed_and_a_release)
{
    object.resize(2);
    at_every_pair("acquire killed, release goes on", acquires(30s, true), releases(), fate::goes_on, {23, 23},
                  [this] { expect_all(object, 2); });
}

TEST_F(every_pair, of_two_recoveries_that_are_both_killed)
{
    const operation recovers = [this] {
        {
            const permit warm{object, 1, 0s};
        }
        begin();
        (void)object.available();
        end();
    };
    const operation recovers_after_a_death = [&] {
        if (const pid_t holder = ::fork(); holder == 0) {
            const permit held{object};
            ::kill(::getpid(), SIGKILL);
        } else {
            ::waitpid(holder, nullptr, 0);
        }
        begin();
        (void)object.available();
        end();
    };
    at_every_pair("recovery killed, recovery killed", recovers_after_a_death, recovers, fate::is_killed,
                  {7499, 3001}, is_whole());
}

}  // namespace
}  // namespace signalbox::crash
