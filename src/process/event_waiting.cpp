// The wait for an event: join the queue; look; sleep until called, stopped or late, or until somebody died.
#include "process/event_waiting.hpp"

#include <algorithm>
#include <climits>
#include <optional>

#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/shared_wait.hpp>
#include <signalbox/platform/stop.hpp>

#include "process/errors.hpp"

namespace signalbox::process::detail {
namespace {

class stay {
public:
    stay(attachment& object, event_state::type before, const limit& until)
        : object_{object}, slot_{object.my_slot()}, before_{before}, until_{until}
    {
        object_.renew_mark(slot_);
        room inside{object_, slot_};
        inside.collect_dead(false);
        cell_ = &inside.join(1);
    }

    stay(const stay&) = delete;
    stay& operator=(const stay&) = delete;

    outcome pass()
    {
        const auto nudges = [this] { nudge(); };
        const platform::stop_callback<decltype(nudges)> wake{until_.stop(), nudges};
        for (;;) {
            const bool was_called = cell_->state.exchange(waiting) == called;
            if (const auto ended = look()) {
                leave(is_acquired(*ended) && !was_called);
                return *ended;
            }
            if (object_.is_removed()) {
                leave(false);
                fail_removed(object_.name);
            }
            sleep();
        }
    }

private:
    [[nodiscard]] std::optional<outcome> look() const noexcept
    {
        if (event_state::has_happened(before_, object_.shared->head.event.load())) {
            return outcome::acquired;
        }
        if (until_.is_stopped()) {
            return outcome::stopped;
        }
        if (until_.until().has_passed()) {
            return outcome::timed_out;
        }
        return std::nullopt;
    }

    void sleep()
    {
        const time_point belted = platform::now() + belt;
        const bool is_belt = until_.until().is_never() || belted < until_.until().time();
        const time_point end = is_belt ? belted : until_.until().time();
        if (cell_->state.load() == waiting) {
            sleep_on(object_, cell_->state, waiting, end);
        }
        if (is_belt && platform::now() >= end) {
            room{object_, slot_}.collect_dead(true);
        }
    }

    // `knows_first`: nobody has called this thread, so perhaps whoever set the event can't call anybody.
    void leave(bool knows_first)
    {
        if (knows_first) {
            call_everybody(*object_.shared);
        }
        room{object_, slot_}.leave(*cell_);
    }

    void nudge() noexcept
    {
        std::uint32_t seen = waiting;
        cell_->state.compare_exchange_strong(seen, nudged);
        platform::wake_shared(cell_->state, INT_MAX);
    }

    attachment& object_;
    std::uint32_t slot_;
    event_state::type before_;
    const limit& until_;
    waiter_cell* cell_ = nullptr;
};

}  // namespace

void call_everybody(object_layout& shared) noexcept
{
    const std::uint32_t used = std::min(shared.head.waiters_used.load(), waiters_most);
    for (std::uint32_t i = 0; i < used; ++i) {
        waiter_cell& cell = shared.waiters[i];
        if (cell.participant.load() != 0 && cell.state.exchange(called) == waiting) {
            platform::wake_shared(cell.state, INT_MAX);
        }
    }
}

outcome wait_for_event(attachment& object, event_state::type before, const limit& until)
{
    return stay{object, before, until}.pass();
}

}  // namespace signalbox::process::detail
