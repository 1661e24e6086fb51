// What the contract tests are made of: waiting for a state, threads with a result, refusals, races.
//
// Because      A test waits until something is so and never sleeps in the hope that it will be: `patience` is
//              a safety net that turns a hang into a failure, and no test fails by the clock otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include <signalbox/outcome.hpp>

namespace signalbox {

inline void PrintTo(outcome result, std::ostream* out)  // found by GoogleTest
{
    *out << to_string(result);
}

namespace contract {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// Names a scope in the names of its tests.
struct scope_name {
    template <class Scope>
    static std::string GetName(int)
    {
        return Scope::name;
    }
};

/// A number from the environment, or `otherwise`.
inline double number_from_environment(const char* name, double otherwise)
{
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::atof(text);
}

/// How long a state that must come may take before the test gives up.
inline clock::duration patience()
{
    static const double seconds = number_from_environment("SIGNALBOX_PATIENCE_SECONDS", 60);
    return std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
}

/// How long a stress test goes on.
inline clock::duration soak_time()
{
    static const double seconds = number_from_environment("SIGNALBOX_SOAK_SECONDS", 1);
    return std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
}

/// Waits until `is_so()`; false when patience ends.
template <class Predicate>
[[nodiscard]] bool eventually(Predicate is_so)
{
    const auto give_up = clock::now() + patience();
    for (int looks = 0; !is_so(); ++looks) {
        if (clock::now() >= give_up) {
            return false;
        }
        if (looks < 64) {
            std::this_thread::yield();
        } else {
            std::this_thread::sleep_for(20us);
        }
    }
    return true;
}

/// Waits until `is_so()`, without which the test can't even be ended.
template <class Predicate>
void require(Predicate is_so)
{
    if (!eventually(is_so)) {
        std::fputs("a thread of this test waits for ever: giving up\n", stderr);
        std::_Exit(1);
    }
}

/// A thread with a result. It must end by itself: one that outlasts all patience ends the test program.
template <class Result>
class task {
public:
    template <class Function>
    explicit task(Function function)
        : thread_{[this, function = std::move(function)]() mutable {
              kernel_id_.store(::gettid());
              try {
                  result_.emplace(function());
              } catch (...) {
                  error_ = std::current_exception();
              }
              is_done_.store(true);
          }}
    {
    }

    task(const task&) = delete;
    task& operator=(const task&) = delete;

    ~task() { finish(); }

    [[nodiscard]] bool is_done() const { return is_done_.load(); }

    /// What the function returned, or threw.
    Result get()
    {
        finish();
        if (error_) {
            std::rethrow_exception(std::exchange(error_, nullptr));
        }
        return *result_;
    }

    /// Waits until the thread sleeps in the kernel, or is done. For coverage: no claim depends on it.
    [[nodiscard]] bool falls_asleep() const
    {
        return eventually([this] {
            std::ifstream file{"/proc/self/task/" + std::to_string(kernel_id_.load()) + "/stat"};
            std::string line;
            std::getline(file, line);
            const auto after_name = line.rfind(") ");
            return is_done() || (after_name != std::string::npos && line[after_name + 2] == 'S');
        });
    }

    [[nodiscard]] std::thread::native_handle_type handle() { return thread_.native_handle(); }

private:
    void finish()
    {
        if (!thread_.joinable()) {
            return;
        }
        require([this] { return is_done(); });
        thread_.join();
    }

    std::atomic<bool> is_done_{false};
    std::atomic<pid_t> kernel_id_{0};
    std::optional<Result> result_;
    std::exception_ptr error_;
    std::thread thread_;  // last: it uses the others
};

/// A task; one that returns nothing has the result true.
template <class Function>
[[nodiscard]] auto start(Function function)
{
    if constexpr (std::is_void_v<std::invoke_result_t<Function>>) {
        return task<bool>{[function = std::move(function)]() mutable {
            function();
            return true;
        }};
    } else {
        return task<std::invoke_result_t<Function>>{std::move(function)};
    }
}

/// What a call was refused with: the message of its std::system_error, if that has the code `expected`.
template <class Call>
[[nodiscard]] std::optional<std::string> refusal(std::errc expected, Call call)
{
    try {
        call();
    } catch (const std::system_error& error) {
        if (error.code() == std::make_error_code(expected)) {
            return error.what();
        }
        ADD_FAILURE() << "refused with another error: " << error.what();
    }
    return std::nullopt;
}

/// Small pseudo-random numbers, the same in every run (xorshift).
class dice {
public:
    explicit dice(std::uint32_t seed) : state_{seed * 2654435761U | 1U} {}

    /// A number from 0 to below `end`.
    std::uint32_t below(std::uint32_t end)
    {
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 17U;
        state_ ^= state_ << 5U;
        return state_ % end;
    }

private:
    std::uint32_t state_;
};

/// Keeps the thread busy for a moment; 1000 are about a microsecond.
inline void dawdle(std::uint32_t steps)
{
    for (std::uint32_t i = 0; i < steps; ++i) {
        __asm__ __volatile__("" ::: "memory");
    }
}

/// Runs `here(round)` and `there(round)` at the same time on two threads, then `check(round)`, over and over.
template <class Here, class There, class Check>
void race(int rounds, Here here, There there, Check check)
{
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    const auto wait_for = [](const std::atomic<int>& number, int value) {
        for (int looks = 0; number.load() < value; ++looks) {
            if (looks > 1000) {
                return require([&] { return number.load() >= value; });
            }
        }
    };
    std::thread other{[&] {
        for (int round = 1; round <= rounds; ++round) {
            wait_for(begun, round);
            there(round);
            ended.store(round);
        }
    }};
    for (int round = 1; round <= rounds; ++round) {
        begun.store(round);
        here(round);
        wait_for(ended, round);
        check(round);
    }
    other.join();
}

}  // namespace contract
}  // namespace signalbox
