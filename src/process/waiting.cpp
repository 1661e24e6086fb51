// The wait, step by step: take what is free; wait awake for a moment if that has paid lately; stand in the
// queue; look once more; sleep until called, stopped, late, or until somebody has died; take, and leave.
//
// Invariant 1  A waiter leaves the queue by leave(), and whoever leaves without taking serves the next ones.
// Because      A waiter that was called has been granted nothing: it takes its permits as anybody does, with
//              its own name on them. A time-out that meets a call tries to take first.
// Crash        At every step the file holds a cell of the dead, and its permits are free or held by the dead.
#include "process/waiting.hpp"

#include <algorithm>
#include <climits>
#include <optional>

#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/liveness.hpp>
#include <signalbox/platform/shared_wait.hpp>
#include <signalbox/platform/stop.hpp>

#include "process/awake.hpp"
#include "process/errors.hpp"
#include "process/requests.hpp"
#include "process/resting.hpp"
#include "process/sightings.hpp"

namespace signalbox::process::detail {
namespace {

constexpr std::chrono::microseconds doubt_least{50};

outcome outcome_of(verdict answer) noexcept
{
    return answer == verdict::died ? outcome::owner_died : outcome::acquired;
}

// One wait in the queue.
class stay {
public:
    stay(attachment& object, std::uint32_t slot, const request& what, const limit& until)
        : object_{object}, slot_{slot}, what_{what}, until_{until}
    {
    }

    outcome pass()
    {
        if (const auto early = enter()) {
            return *early;
        }
        {
            const auto nudges = [this] { nudge(); };
            const platform::stop_callback<decltype(nudges)> wake{until_.stop(), nudges};
            for (;;) {
                is_awake_ ? look_for_turn(object_, what_.wanted) : sleep();
                if (const auto ended = look()) {
                    return *ended;
                }
            }
        }
    }

private:
    // Joins the queue, unless the wait has ended already.
    std::optional<outcome> enter()
    {
        room inside{object_, slot_};
        inside.collect_dead(false);
        wait_for_sight(inside);
        const verdict answer = take(object_, what_, passage::newcomer);
        if (is_taken(answer)) {
            return outcome_of(answer);
        }
        if (answer == verdict::shut) {
            return outcome::closed;
        }
        check_still_possible(object_, what_.wanted);
        if (is_late()) {
            return outcome::timed_out;
        }
        cell_ = &inside.join(what_.wanted);
        note_holders(*object_.shared, object_.books, cell_->since.load());
        inside.serve();
        return std::nullopt;
    }

    void sleep()
    {
        const time_point now = platform::now();
        time_point end = now + (doubt_ > doubt_least ? doubt_ : std::chrono::nanoseconds{belt});
        is_belt_ = true;
        if (!until_.until().is_never() && until_.until().time() < end) {
            end = until_.until().time();
            is_belt_ = false;
        }
        while (cell_->state.load() == waiting && !is_stopped_.load() && !is_somebody_marked()) {
            sleep_on(object_, cell_->state, waiting, end);
            if (cell_->state.load() != waiting || platform::now() >= end) {
                break;
            }
        }
        is_belt_ = is_belt_ && cell_->state.load() == waiting;
    }

    // Awake: takes and leaves, or leaves, or goes on waiting.
    std::optional<outcome> look()
    {
        room inside{object_, slot_};
        leaving place{inside, *cell_};
        const bool is_in_doubt = inside.collect_dead(is_belt_);
        doubt_ = !is_in_doubt ? doubt_least : std::min<std::chrono::nanoseconds>(2 * doubt_, belt);
        wait_for_sight(inside);
        const bool is_turn = inside.is_turn_of(*cell_);
        const verdict answer = is_turn ? take(object_, what_, passage::called) : take_out_of_turn();
        if (is_taken(answer)) {
            if (what_.holder != nullptr) {
                const lease& mine = *what_.holder;
                note_sighting(*object_.shared, mine.cell, mine.last.number, platform::boot_nanoseconds());
            }
            return outcome_of(answer);
        }
        if (answer == verdict::shut) {
            return outcome::closed;
        }
        check_still_possible(object_, what_.wanted);
        if (answer == verdict::corrupt || object_.is_removed()) {
            answer == verdict::corrupt ? fail_corrupt(object_.name) : fail_removed(object_.name);
        }
        if (until_.is_stopped()) {
            return outcome::stopped;
        }
        if (is_late()) {
            return outcome::timed_out;
        }
        const bool has_come_early = inside.is_first(*cell_) && cell_->state.load() == called;
        if (has_come_early) {
            object_.books.change(ledger_word::reserved, 0);
        }
        is_awake_ = has_come_early && !is_awake_;
        if (!is_awake_) {
            cell_->state.store(waiting);  // else it stays called: whoever gives back need not wake it
            note_holders(*object_.shared, object_.books, platform::boot_nanoseconds());
        }
        inside.serve();
        place.stay();
        return std::nullopt;
    }

    // Nothing rests while anybody waits. If nothing assures that all was seen, it looks again soon.
    void wait_for_sight(room& inside)
    {
        if (!inside.gather()) {
            doubt_ = std::min<std::chrono::nanoseconds>(2 * doubt_, belt);
        }
    }

    // Somebody further back in the queue gets nothing, but must learn that the object was closed.
    [[nodiscard]] verdict take_out_of_turn() const noexcept
    {
        return object_.books.is_shut() ? verdict::shut : verdict::too_few;
    }

    // Leaves the queue at the end of the scope, and serves those that remain.
    class leaving {
    public:
        leaving(room& inside, waiter_cell& cell) noexcept : inside_{inside}, cell_{&cell} {}

        leaving(const leaving&) = delete;
        leaving& operator=(const leaving&) = delete;

        ~leaving()
        {
            if (cell_ != nullptr) {
                inside_.leave(*cell_);
                inside_.serve();
            }
        }

        void stay() noexcept { cell_ = nullptr; }

    private:
        room& inside_;
        waiter_cell* cell_;
    };

    void nudge() noexcept
    {
        is_stopped_.store(true);
        std::uint32_t seen = waiting;
        cell_->state.compare_exchange_strong(seen, nudged);
        platform::wake_shared(cell_->state, INT_MAX);
    }

    [[nodiscard]] bool is_late() const noexcept { return until_.until().has_passed(); }

    // A death that was marked before this thread went to sleep wakes nobody.
    [[nodiscard]] bool is_somebody_marked() const noexcept
    {
        return doubt_ == doubt_least && is_anybody_marked(object_);
    }

    attachment& object_;
    std::uint32_t slot_;
    request what_;
    const limit& until_;
    waiter_cell* cell_ = nullptr;
    std::chrono::nanoseconds doubt_{doubt_least};  // how long to sleep while somebody may be dead
    atomic<bool> is_stopped_{false};
    bool is_belt_ = false;
    bool is_awake_ = false;  // called too early: it looks for a moment, and nobody overtakes it meanwhile
};

}  // namespace

verdict take(attachment& object, const request& what, passage how)
{
    const verdict answer = what.holder != nullptr ? object.books.take(*what.holder, what.wanted, how)
                                                  : object.books.take(what.wanted, how);
    if (answer == verdict::corrupt) {
        fail_corrupt(object.name);
    }
    return answer;
}

verdict take_all(attachment& object, const request& what)
{
    for (;;) {
        const std::uint32_t pockets = object.shared->head.pockets.load();
        const verdict answer = take(object, what, passage::newcomer);
        if (answer != verdict::too_few) {
            return answer;
        }
        if ((pockets & pockets_mask) == pockets_closed && object.shared->head.pockets.load() == pockets) {
            return answer;  // nothing rested meanwhile
        }
        if (!gather(object)) {
            return take(object, what, passage::newcomer);  // what came before this call is seen anyway
        }
    }
}

verdict try_acquire(attachment& object, const request& what)
{
    verdict answer = take_all(object, what);
    if (answer == verdict::too_few || answer == verdict::not_yours) {
        tidy(object);  // the dead hold something, or stand first in the queue
        answer = take(object, what, passage::newcomer);
    }
    return answer;
}

outcome acquire(attachment& object, const request& what, const limit& until)
{
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    verdict answer = take_all(object, what);
    if (answer == verdict::too_few && !until.until().has_passed()) {
        answer = take_awake(object, what);
    }
    if (answer == verdict::shut) {
        return outcome::closed;
    }
    if (is_taken(answer)) {
        return outcome_of(answer);
    }
    if (object.is_removed()) {
        fail_removed(object.name);
    }
    const std::uint32_t slot = object.my_slot();
    object.renew_mark(slot);
    return stay{object, slot, what, until}.pass();
}

}  // namespace signalbox::process::detail
