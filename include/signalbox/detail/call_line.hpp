// Those who wait at one side of a queue, and how the other side calls them: one at a time, without a lock
// where nobody waits.
//
//   bits   name      set by                      cleared by                   if wrongly set
//   0      called    who calls                   who was called, arriving     nobody is called until then
//   1-63   waiting   join() adds one             call(), withdraw()           a call for nobody
//
// Invariant 1  What one side does and the other waits for is never missed. A waiter joins, then looks at the
//              queue once more, then parks; the other side changes the queue, then looks at this word. All
//              four are sequentially consistent: one of the two sees what the other has written.
// Invariant 2  Each thread that has joined is counted in `waiting`, or there is a permit of `calls_` for it.
//              So who wants to leave and finds `waiting` at 0 waits for its call, which is on its way, unless
//              a thread that joins later gets it first; then that one's place is still counted.
// Invariant 3  While `called` is set somebody who was called has not yet looked at the queue: it clears the
//              flag first, then looks. So whoever finds the flag need not call. Who was called and has taken
//              something calls the next one if there is more; who leaves without taking anything calls the
//              next one in any case.
// Invariant 4  Whoever arrives looks at the queue after its caller has changed it: the caller has read this
//              word before arrive() wrote it. So the rest of a call, and leaving, need no order of their own.
// Because      A call is a system call, and the thread that runs next takes all that there is: to call one
//              for each item makes threads wake up for nothing.
// Lifetime     Nobody may be inside when it is destroyed.
// Checked by   tests/simulated/queue_handshakes_test.cpp, tests/simulated/queue_triples_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/atomic.hpp>

namespace signalbox::detail {

class call_line {
public:
    call_line() = default;
    call_line(const call_line&) = delete;
    call_line& operator=(const call_line&) = delete;

    /// Calls the oldest waiter, unless one is on its way already. Complexity: one load if nobody waits.
    void call_one() noexcept
    {
        const std::uint64_t now = state_.load(std::memory_order_seq_cst);
        if (now != 0 && (now & called) == 0) {
            call_slow(now);
        }
    }

    /// Calls everybody who waits.
    SIGNALBOX_API void call_all() noexcept;

    /// From here on the caller is called when it should look again.
    void join() noexcept { state_.fetch_add(one_waiting, std::memory_order_seq_cst); }

    /// Waits for the call. Returns acquired if it came, and then the caller must arrive(); else the caller
    /// is still joined, and must leave().
    /// Errors      std::system_error resource_unavailable_try_again: see this_thread_id(); still joined.
    [[nodiscard]] SIGNALBOX_API outcome wait(const limit& until);

    /// Whoever was called says so before it looks at the queue.
    void arrive() noexcept { state_.fetch_and(~called, std::memory_order_seq_cst); }

    /// Undoes join(); a call that came meanwhile is passed on.
    SIGNALBOX_API void leave() noexcept;

private:
    friend class impatience;
    static constexpr std::uint64_t called = 1;
    static constexpr std::uint64_t one_waiting = 2;

    SIGNALBOX_API void call_slow(std::uint64_t now) noexcept;
    [[nodiscard]] bool withdraw() noexcept;
    void give_calls(std::uint64_t count) noexcept;

    platform::atomic<std::uint64_t> state_{0};
    platform::atomic<bool> shares_core_{false};  // a hint: the other side runs on the core of who waits here
    permit_cell calls_{permit_word::make(permit_word::most, false), permit_word::most};  // at first all out
};

/// The time before a thread parks, in which it looks again and again: a moment awake, in case the other side
/// is running on another core; then it lets others run that are ready on this one.
///
/// Because      Whether the other side runs here or elsewhere is learnt: whoever finds what it wants right
///              after others have run on its core stays awake a quarter as long the next time, since it would
///              only keep the other side waiting; a turn in which nobody ran tells the opposite.
class impatience {
public:
    SIGNALBOX_API impatience(call_line& line, const limit& until) noexcept;

    /// Pauses for one look. Returns false when it is time to park.
    [[nodiscard]] SIGNALBOX_API bool pause() noexcept;

    /// The look after the last pause has found what was wanted.
    void was_rewarded() noexcept
    {
        // relaxed: a hint
        if (turns_ > 0 && line_.shares_core_.load(std::memory_order_relaxed) != others_ran_) {
            line_.shares_core_.store(others_ran_, std::memory_order_relaxed);  // relaxed: a hint
        }
    }

private:
    call_line& line_;
    const limit& until_;
    unsigned looks_left_;
    unsigned turns_ = 0;
    bool others_ran_ = false;  // in the last turn
};

/// While it lives the caller stands in the line; it leaves however its scope ends.
class place_in_line {
public:
    explicit place_in_line(call_line& line) noexcept : line_{line} { line_.join(); }
    ~place_in_line()
    {
        if (is_joined_) {
            line_.leave();
        }
    }
    place_in_line(const place_in_line&) = delete;
    place_in_line& operator=(const place_in_line&) = delete;

    /// Waits for a call; after one the caller stands here no longer.
    outcome wait(const limit& until)
    {
        const outcome ended = line_.wait(until);
        if (ended == outcome::acquired) {
            is_joined_ = false;
            line_.arrive();
        }
        return ended;
    }

private:
    call_line& line_;
    bool is_joined_ = true;
};

}  // namespace signalbox::detail
