// The sleeping half of a call line: calls are permits that nobody gives back.
//
// Checked by   tests/simulated/queue_pairs_test.cpp
#include <signalbox/detail/call_line.hpp>
#include <signalbox/detail/queue_ring.hpp>

#include "core/waiting.hpp"

namespace signalbox::detail {

void call_line::call_slow(std::uint64_t now) noexcept
{
    while (now != 0 && (now & called) == 0) {
        // relaxed: by Invariant 4, both
        if (state_.compare_exchange_weak(now, (now - one_waiting) | called, std::memory_order_relaxed,
                                         std::memory_order_relaxed)) {
            return give_calls(1);
        }
    }
}

void call_line::call_all() noexcept
{
    std::uint64_t now = state_.load(std::memory_order_seq_cst);
    // relaxed: by Invariant 4, both
    while (now > called &&
           !state_.compare_exchange_weak(now, called, std::memory_order_relaxed, std::memory_order_relaxed)) {
    }
    give_calls(now / one_waiting);
}

void call_line::give_calls(std::uint64_t count) noexcept
{
    if (count == 0) {
        return;
    }
    const auto change = permit_word::release_of(static_cast<std::int64_t>(count));
    // relaxed: by Invariant 4
    const auto now = calls_.state.fetch_add(change, std::memory_order_relaxed);
    if ((now & permit_word::queued) != 0) {
        visit(calls_, platform::this_thread());
    }
}

outcome call_line::wait(const limit& until)
{
    thread_context& me = platform::this_thread();
    identity_of(me);
    if (take_free(calls_, 1)) {
        return outcome::acquired;
    }
    return queued_call<permit_cell>{calls_, 1, until}.run(me, false, true);
}

bool call_line::withdraw() noexcept
{
    std::uint64_t now = state_.load(std::memory_order_relaxed);  // relaxed: a place is a number, and no more
    while (now > called) {
        // relaxed: as above, both
        if (state_.compare_exchange_weak(now, now - one_waiting, std::memory_order_relaxed,
                                         std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

void call_line::leave() noexcept
{
    while (!withdraw()) {
        if (take_free(calls_, 1)) {
            arrive();
            call_one();
            return;
        }
        platform::
            yield();  // by Invariant 2 the call is on its way; or somebody else has got it, and is counted
    }
}

// bench/queue.cpp, 1,024 items, 4P4C, 2 virtual cores: 44 M/s; 3 to 5 where the loser tries again at once, as
// producers then fill the ring by fighting for one line, and consumers empty it likewise.
void leave_to_winner() noexcept
{
    if (policy.spins) {
        back_off();
    }
}

impatience::impatience(call_line& line, const limit& until) noexcept
    : line_{line}, until_{until}, looks_left_{policy.queue_pauses}
{
    if (platform::cpu_count() == 1) {
        looks_left_ = 0;
    } else if (line_.shares_core_.load(std::memory_order_relaxed)) {  // relaxed: a hint
        looks_left_ /= 4;  // still long enough for several hand-overs
    }
}

bool impatience::pause() noexcept
{
    if (!policy.spins) {
        return false;
    }
    if (looks_left_ > 0) {
        --looks_left_;
        platform::spin_pause();
        return true;
    }
    const auto before = platform::now();
    if (turns_ >= policy.queue_turns || before >= until_.until().time() || until_.is_stopped()) {
        return false;
    }
    ++turns_;
    platform::yield();
    others_ran_ = platform::now() - before > policy.queue_turn;
    return true;
}

}  // namespace signalbox::detail
