// Signals that interrupt threads at any instruction, and hold them there for a moment.
//
// Because      An interrupted system call is one more way for a wait to end early. And a thread held between
//              two instructions gives the others time for what they would hardly ever do in that gap.
#pragma once

#include <pthread.h>
#include <signal.h>

#include "harness.hpp"

namespace signalbox::contract {

class signal_storm {
public:
    /// `held`: how long a handler keeps its thread; 1000 are about a microsecond.
    explicit signal_storm(std::uint32_t held = 0)
    {
        hold_.store(held);
        struct sigaction action {};
        action.sa_handler = [](int) { dawdle(hold_.load()); };  // and no SA_RESTART
        ::sigaction(SIGUSR1, &action, nullptr);
    }

    signal_storm(const signal_storm&) = delete;
    signal_storm& operator=(const signal_storm&) = delete;

    // The handler stays: a signal may still be on its way.
    ~signal_storm() { hold_.store(0); }

    /// Interrupts one task; it must not have been joined yet.
    template <class Task>
    static void strikes(Task& task)
    {
        ::pthread_kill(task.handle(), SIGUSR1);
    }

    /// Interrupts each of the tasks, over and over, until all are done.
    template <class Tasks>
    void rages_over(Tasks& tasks)
    {
        const auto give_up = clock::now() + patience();
        for (bool are_done = false; !are_done;) {
            are_done = true;
            for (auto& one : tasks) {
                are_done = are_done && one.is_done();
                strikes(one);
                dawdle(5'000);
            }
            if (clock::now() > give_up) {
                require([] { return false; });
            }
        }
    }

private:
    static inline std::atomic<std::uint32_t> hold_{0};
};

}  // namespace signalbox::contract
