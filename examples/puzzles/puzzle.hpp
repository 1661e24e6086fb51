// What the puzzles share: rounds and chance, threads that are awaited, and a check that says what broke.
//
// Because      A puzzle is a program that ends with 0 if its invariant held, and otherwise says what broke. A
//              thread that waits for ever must end it too, so a watchdog stands beside it; it is the only one
//              here who looks at the clock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>
#include <vector>

#include <signalbox/semaphore.hpp>

namespace puzzle {

inline const char* name = "puzzle";  // of the variant that runs

/// Ends the program, and says what broke, unless it is so.
inline void check(bool is_so, const char* what)
{
    if (!is_so) {
        std::fprintf(stderr, "%s: broken: %s\n", name, what);
        std::_Exit(1);
    }
}

/// How often each thread does its part, and where chance begins: PROGRAM [ROUNDS [SEED]]. While it lives a
/// watchdog stands beside the puzzle.
struct game {
    int rounds;
    std::uint32_t seed;

    game(int argc, char** argv, int usual_rounds)
        : rounds{argc > 1 ? std::atoi(argv[1]) : usual_rounds},
          seed{argc > 2 ? static_cast<std::uint32_t>(std::atoi(argv[2])) : 1}
    {
    }
    game(const game&) = delete;
    game& operator=(const game&) = delete;
    ~game() { is_over_.release(); }

    /// Says which variant begins.
    void play(const char* variant) const
    {
        name = variant;
        std::printf("%s\n", variant);
    }

private:
    void watch()
    {
        const char* const patience = std::getenv("PUZZLE_PATIENCE_SECONDS");
        const std::chrono::seconds most{patience == nullptr ? 60 : std::atoi(patience)};
        check(is_over_.try_acquire_for(most), "somebody waits for ever");
    }

    signalbox::binary_semaphore is_over_{0};
    std::jthread watchdog_{[this] { watch(); }};
};

/// Small random numbers for one thread (xorshift).
class chance {
public:
    chance(const game& of, int who)
        : state_{(of.seed * 31 + static_cast<std::uint32_t>(who) + 1) * 2654435761U | 1U}
    {
    }

    int below(int end)
    {
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 17U;
        state_ ^= state_ << 5U;
        return static_cast<int>(state_ % static_cast<std::uint32_t>(end));
    }

    /// Takes a moment, or lets others run: so that the threads meet in many orders. Seldom, because on a busy
    /// machine others may run for long.
    void dawdle()
    {
        if (below(8) == 0) {
            std::this_thread::yield();
        }
        for (int i = below(256); i > 0; --i) {
            std::atomic_signal_fence(std::memory_order_seq_cst);  // only so that the loop is there
        }
    }

private:
    std::uint32_t state_;
};

/// Threads that are awaited at the end of the scope.
class crowd {
public:
    /// `count` threads that do act(0), act(1) ... What the library refuses is broken too.
    template <class Act>
    void add(int count, Act act)
    {
        for (int i = 0; i < count; ++i) {
            threads_.emplace_back([act, i] {
                try {
                    act(i);
                } catch (const std::exception& refused) {
                    check(false, refused.what());
                }
            });
        }
    }

    void await() { threads_.clear(); }

private:
    std::vector<std::jthread> threads_;
};

/// A place that counts who is there.
class place {
public:
    /// Comes in. Returns how many are there now.
    int enter() { return ++inside_; }
    int leave() { return --inside_; }
    [[nodiscard]] int inside() const { return inside_.load(); }

    /// Is there for a while, with at most `most`.
    void stay(chance& luck, int most, const char* otherwise)
    {
        check(enter() <= most, otherwise);
        luck.dawdle();
        check(leave() < most, otherwise);
    }

private:
    std::atomic<int> inside_{0};
};

}  // namespace puzzle
