// What a bounded queue does: the ring, those who wait at its two sides, and who calls whom.
//
//   when                                        then
//   a push has filled a slot                    calls one popper
//   a pop has freed a slot                      calls one pusher
//   a move has thrown, and its claim is undone  as both: whoever looked meanwhile saw less than there is
//   close()                                     calls everybody
//   who was called has taken, or met the end    calls the next one on its side, if there is more, or the end
//
// Invariant 1  No sleeper beside an item, or beside room. Whoever parks has found, after it joined, that the
//              slot next in turn is not ready, so that whoever makes that slot ready finds it waiting
//              (call_line.hpp, Invariant 1), and calls it or another one. Slots may become ready out of turn;
//              then nobody can go on until the one that is next does, and who was called for it passes the
//              call on as long as the next slot is ready too.
// Invariant 2  Nobody sleeps at the end. Poppers that find the queue closed sleep only while a push is under
//              way, and that calls one of them; each of those who then meet the end calls the next.
// Because      A call is never bound to an item: who was called competes, so that the item goes to whoever
//              runs first, and a call that comes too late, or to a thread whose time is over, costs nothing.
// Checked by   tests/simulated/queue_handshakes_test.cpp, tests/simulated/queue_pairs_test.cpp,
//              tests/simulated/queue_triples_test.cpp
#pragma once

#include <cstddef>
#include <utility>

#include <signalbox/detail/call_line.hpp>
#include <signalbox/detail/queue_slots.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox::detail {

template <class T, class Ring>
class queue_core {
public:
    explicit queue_core(std::size_t capacity) : ring_{capacity} {}

    [[nodiscard]] const Ring& ring() const noexcept { return ring_; }

    bool try_push(T& value) { return pushing{*this, value}.look() == answer::done; }
    outcome push(T& value, const limit& until) { return wait(pushers_, until, pushing{*this, value}); }

    /// `consume` gets the item as an rvalue; it may throw only if the moves of T may.
    template <class Consume>
    bool try_pop(const Consume& consume)
    {
        return popping<Consume>{*this, consume}.look() == answer::done;
    }
    template <class Consume>
    outcome pop(const Consume& consume, const limit& until)
    {
        return wait(poppers_, until, popping<Consume>{*this, consume});
    }

    /// Waits for one item, then takes what is there, up to `most`. `prepare(how many)` is called before each,
    /// and may throw.
    template <class Prepare, class Consume>
    std::size_t pop_many(std::size_t most, const limit& until, const Prepare& prepare, const Consume& consume)
    {
        if (most == 0) {
            return 0;
        }
        prepare(0);
        if (pop(consume, until) != outcome::acquired) {
            return 0;
        }
        std::size_t taken = 1;
        while (taken < most && (prepare(taken), try_pop(consume))) {
            ++taken;
        }
        return taken;
    }

    void close() noexcept
    {
        ring_.close();
        pushers_.call_all();
        poppers_.call_all();
    }

private:
    using answer = ring_answer;

    // What each side does when it looks at the queue, and whether another one beside it could go on.
    struct pushing {
        queue_core& queue;
        T& value;

        answer look()
        {
            undoing unless_it_throws{&queue};
            const answer found = queue.ring_.push(value);
            unless_it_throws.queue = nullptr;
            if (found != answer::not_yet) {  // one that failed may have kept a pop from the end
                queue.poppers_.call_one();
            }
            return found;
        }
        [[nodiscard]] bool others_can_go_on() const noexcept { return queue.ring_.can_push(); }
    };

    template <class Consume>
    struct popping {
        queue_core& queue;
        const Consume& consume;

        answer look()
        {
            undoing unless_it_throws{&queue};
            const answer found = queue.ring_.pop(consume);
            unless_it_throws.queue = nullptr;
            if (found == answer::done) {
                queue.pushers_.call_one();
            }
            return found;
        }
        [[nodiscard]] bool others_can_go_on() const noexcept { return queue.ring_.can_pop(); }
    };

    // Tells everybody if a move throws.
    struct undoing {
        queue_core* queue;
        ~undoing()
        {
            if (moves_may_throw<T> && queue != nullptr) {
                queue->pushers_.call_one();
                queue->poppers_.call_one();
            }
        }
    };

    template <class Side>
    outcome wait(call_line& line, const limit& until, Side side)
    {
        if (until.is_stopped()) {
            return outcome::stopped;
        }
        const answer found = side.look();
        return found == answer::not_yet ? wait_longer(line, until, side) : outcome_of(found);
    }

    template <class Side>
    [[gnu::noinline]] static outcome wait_longer(call_line& line, const limit& until, Side side)
    {
        if (until.until().has_passed()) {
            return outcome::timed_out;
        }
        for (;;) {
            for (impatience awake{line, until}; awake.pause();) {
                if (const answer found = side.look(); found != answer::not_yet) {
                    awake.was_rewarded();
                    return outcome_of(found);
                }
            }
            place_in_line place{line};
            side.queue.ring_.settle();
            if (const answer found = side.look(); found != answer::not_yet) {
                return outcome_of(found);
            }
            if (const outcome ended = place.wait(until); ended != outcome::acquired) {
                return ended;
            }
            if (const answer found = side.look(); found != answer::not_yet) {
                if (side.others_can_go_on()) {
                    line.call_one();
                }
                return outcome_of(found);
            }
        }
    }

    static outcome outcome_of(answer found) noexcept
    {
        return found == answer::done ? outcome::acquired : outcome::closed;
    }

    Ring ring_;
    alignas(cache_line) call_line pushers_;
    alignas(cache_line) call_line poppers_;
};

}  // namespace signalbox::detail
