// Asking a pool for a thing: the queue, and serving those who stand in it.
#include <mutex>

#include <signalbox/detail/pool_core.hpp>
#include <signalbox/platform/clock.hpp>

#include "patterns/pool_waiter.hpp"

namespace signalbox::detail {

namespace {

// While it lives a report about waiting threads knows where this one waits.
class waiting_here {
public:
    explicit waiting_here(const call_site& at) noexcept : before_{platform::this_thread().site}
    {
        platform::this_thread().site = before_ != nullptr ? before_ : &at;
    }
    waiting_here(const waiting_here&) = delete;
    waiting_here& operator=(const waiting_here&) = delete;
    ~waiting_here() { platform::this_thread().site = before_; }

private:
    const call_site* before_;
};

}  // namespace

pool_core::offer pool_core::ask(const limit& within, const call_site& at, bool again)
{
    offer found;
    pool_lease_report second;
    pool_waiter me;
    me.where = at;
    waiters served;
    const bool is_stopped = within.is_stopped();
    {
        const std::lock_guard lock{lock_};
        if (again) {
            --things_;
            ++told_.closed;
        }
        me.thread = platform::this_thread().id;
        if (is_closed_ || is_stopped) {
            found.ended = is_closed_ ? outcome::closed : outcome::stopped;
            serve(served);
            static_cast<void>(is_gone());
        } else {
            if (!again && held_[me.thread % held_.size()] != 0) {
                note_second(me, second);
            }
            begin(found, me, again);
        }
    }
    wake(served);
    report(second);
    return found.what == answer::wait ? wait(me, within) : found;
}

pool_core::offer pool_core::ask_idle(const call_site& at)
{
    offer found{.what = answer::wait};
    pool_lease_report second;
    {
        const std::lock_guard lock{lock_};
        if (!idle_.is_empty() && queue_.is_empty() && !is_closed_) {
            pool_waiter me;
            me.where = at;
            me.thread = platform::this_thread().id;
            if (held_[me.thread % held_.size()] != 0) {
                note_second(me, second);
            }
            begin(found, me, false);
        }
    }
    report(second);
    return found;
}

// What can be given at once is given, unless somebody waits already (Invariant 2).
void pool_core::begin(offer& found, pool_waiter& me, bool again) noexcept
{
    if ((again || queue_.is_empty()) && decide(found, me.where)) {
        if (found.what != answer::close) {
            told_.wait_time.add({});
        }
    } else if (again) {
        found.what = answer::wait;
        queue_.push_front(me);
    } else if (queue_.size() < settings_.max_waiters) {
        found.what = answer::wait;
        queue_.push_back(me);
    } else {
        ++told_.refused;
        found.ended = outcome::timed_out;
        found.is_refused = true;
    }
}

// The thread has locked a mutex, so it has an identity, and no wait at an event throws.
pool_core::offer pool_core::wait(pool_waiter& me, const limit& within)
{
    const waiting_here here{me.where};
    const time_point began = platform::now();
    const outcome ended = me.gate.wait(within);
    offer found;
    if (is_acquired(ended) || (found = leave(me, ended), me.is_served)) {
        me.gate.wait();  // at once, or as soon as whoever served it has let go of the lock
        take_served(me, found, began);
    }
    return found;
}

// The limit is over. Unless somebody has served it meanwhile, it leaves the queue (Invariant 3).
pool_core::offer pool_core::leave(pool_waiter& me, outcome ended) noexcept
{
    offer found;
    pool_lease_report overdue;
    {
        const std::lock_guard lock{lock_};
        if (me.is_served) {
            return found;
        }
        queue_.remove(me);
        found.ended = ended;
        if (ended == outcome::timed_out) {
            ++told_.timed_out;
            note_overdue(platform::coarse_now(), overdue);
        }
    }
    report(overdue);
    return found;
}

void pool_core::take_served(pool_waiter& me, offer& found, time_point began) noexcept
{
    found = me.given;
    if (found.what != answer::end) {
        const std::lock_guard lock{lock_};
        told_.wait_time.add(platform::now() - began);
    }
}

// Gives the right to make a thing to those who wait, in their order, as long as it can be given.
void pool_core::serve(waiters& served) noexcept
{
    while (!queue_.is_empty() && can_create()) {
        pool_waiter* const first = queue_.pop();
        ++creating_;
        ++things_;
        first->given = {.what = answer::create};
        first->is_served = true;
        served.push_back(*first);
    }
}

void pool_core::wake(waiters& served) noexcept
{
    while (pool_waiter* const first = served.pop()) {
        first->gate.set();  // from here on it may be gone
    }
}

void pool_core::want(bool begins) noexcept
{
    const std::lock_guard lock{lock_};
    begins ? ++wanting_ : --wanting_;
}

bool pool_core::is_closed() const noexcept
{
    const std::lock_guard lock{lock_};
    return is_closed_;
}

void pool_core::begin_close() noexcept
{
    waiters served;
    {
        const std::lock_guard lock{lock_};
        is_closed_ = true;
        while (pool_waiter* const first = queue_.pop()) {
            first->given = {.what = answer::end, .ended = outcome::closed};
            first->is_served = true;
            served.push_back(*first);
        }
        static_cast<void>(is_gone());
    }
    wake(served);
}

outcome pool_core::wait_until_drained(const limit& within) const
{
    return drained_.wait(within);
}

bool pool_core::abandon() noexcept
{
    const std::lock_guard lock{lock_};
    is_abandoned_ = true;
    return things_ == 0;
}

}  // namespace signalbox::detail
