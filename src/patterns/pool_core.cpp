// Lending and taking back: what a pool does when nobody has to wait.
#include <signalbox/detail/pool_core.hpp>

#include <mutex>

#include <signalbox/platform/clock.hpp>

#include "patterns/pool_waiter.hpp"

namespace signalbox::detail {

namespace {

// Every eighth use of a thing is timed exactly: reading the clock twice costs as much as all the rest.
constexpr std::uint32_t uses_per_timing = 8;

}  // namespace

bool pool_core::can_create() const noexcept
{
    return things_ < max_ && creating_ < settings_.max_creating;
}

bool pool_core::is_stale(const pool_slot& slot, time_point now) const noexcept
{
    return now >= slot.expires || now - slot.since >= settings_.idle_timeout;
}

// Gives the caller what can be given at once. False: it has to wait.
bool pool_core::decide(offer& found, const call_site& at) noexcept
{
    pool_slot* const slot = idle_.pop();
    if (slot == nullptr) {
        if (!can_create()) {
            return false;
        }
        ++creating_;
        ++things_;
        found.what = answer::create;
        return true;
    }
    found.slot = slot;
    const time_point now = platform::coarse_now();
    pool_slot* const oldest = idle_.last();
    if (oldest != nullptr && is_stale(*oldest, now)) {
        idle_.remove(*oldest);
        found.expired = oldest;
        ++told_.expired;
    }
    if (is_stale(*slot, now)) {
        found.what = answer::close;
        ++told_.expired;
        return true;
    }
    found.what = now - slot->since > settings_.validate_after ? answer::check : answer::use;
    lend(*slot, platform::this_thread().id, at, now);
    return true;
}

void pool_core::lend(pool_slot& slot, std::uint32_t borrower, const call_site& at, time_point now) noexcept
{
    slot.since = now;
    slot.timed = slot.uses % uses_per_timing == 0 ? platform::now() : time_point{};
    slot.where = at;
    slot.borrower = borrower;
    slot.is_reported = false;
    ++slot.uses;
    ++held_[borrower % held_.size()];
    lent_.push_back(slot);
}

void pool_core::end_use(pool_slot& slot, time_point now, pool_lease_report& overdue) noexcept
{
    lent_.remove(slot);
    --held_[slot.borrower % held_.size()];
    if (slot.timed != time_point{}) {
        told_.use_time.add(platform::now() - slot.timed);
    }
    if (!slot.is_reported && now - slot.since >= settings_.held_too_long) {
        overdue = {.what = pool_lease_report::returned,
                   .lease = slot.where,
                   .borrower = slot.borrower,
                   .lasted = now - slot.since};
        ++told_.held_long;
    }
}

// Finds a place for a thing that is on its way: with the first who waits, or among the idle. False: none.
bool pool_core::place(pool_slot& slot, time_point now, waiters& served) noexcept
{
    if (is_closed_ || things_ > max_ || wanting_ > 0) {
        return false;
    }
    if (pool_waiter* const first = queue_.pop()) {
        first->given = {.what = answer::use, .ended = outcome::acquired, .slot = &slot};
        first->is_served = true;
        lend(slot, first->thread, first->where, now);
        served.push_back(*first);
        return true;
    }
    slot.since = now;
    idle_.push_front(slot);
    return true;
}

bool pool_core::take_back(pool_slot& slot, bool is_unwanted) noexcept
{
    pool_lease_report overdue;
    waiters served;
    bool is_kept = false;
    {
        const std::lock_guard lock{lock_};
        const time_point now = platform::coarse_now();
        end_use(slot, now, overdue);
        const bool is_old = now >= slot.expires;
        told_.expired += is_old ? 1 : 0;
        is_kept = !is_old && !is_unwanted && place(slot, now, served);
    }
    wake(served);
    report(overdue);
    return is_kept;
}

void pool_core::withdraw(pool_slot& slot, bool is_invalid) noexcept
{
    pool_lease_report overdue;
    {
        const std::lock_guard lock{lock_};
        end_use(slot, platform::coarse_now(), overdue);
        told_.invalid += is_invalid ? 1 : 0;
    }
    report(overdue);
}

bool pool_core::drop() noexcept
{
    waiters served;
    bool is_last = false;
    {
        const std::lock_guard lock{lock_};
        --things_;
        ++told_.closed;
        serve(served);
        is_last = is_gone() && is_abandoned_;
    }
    wake(served);
    return is_last;
}

// Says so to whoever waits until the pool is drained. Under the lock: who waits may then end the pool, for
// which it takes the lock.
bool pool_core::is_gone() noexcept
{
    const bool is_so = is_closed_ && things_ == 0;
    if (is_so) {
        drained_.set();
    }
    return is_so;
}

void pool_core::begin_life(pool_slot& slot) noexcept
{
    --creating_;
    ++told_.created;
    dice_ ^= dice_ << 13U;
    dice_ ^= dice_ >> 7U;
    dice_ ^= dice_ << 17U;
    const double dice = static_cast<double>(dice_ >> 11U) / static_cast<double>(std::uint64_t{1} << 53U);
    slot.expires =
        end_of_life(platform::coarse_now(), settings_.max_lifetime, settings_.lifetime_jitter, dice);
}

bool pool_core::created(pool_slot& slot, const call_site& at)
{
    waiters served;
    bool is_open = false;
    {
        const std::lock_guard lock{lock_};
        begin_life(slot);
        is_open = !is_closed_;
        if (is_open) {
            lend(slot, platform::this_thread().id, at, platform::coarse_now());
        }
        serve(served);
    }
    wake(served);
    return is_open;
}

void pool_core::not_created(bool has_failed, outcome ended) noexcept
{
    waiters served;
    {
        const std::lock_guard lock{lock_};
        --creating_;
        --things_;
        told_.failed += has_failed ? 1 : 0;
        told_.timed_out += ended == outcome::timed_out ? 1 : 0;
        serve(served);
        static_cast<void>(is_gone());
    }
    wake(served);
}

pool_core::time_point pool_core::end_of_life(time_point now, std::chrono::nanoseconds most, double jitter,
                                             double dice) noexcept
{
    if (most > time_point::max() - now) {
        return time_point::max();
    }
    const auto less = static_cast<double>(most.count()) * jitter * dice;
    return now + most - std::chrono::nanoseconds{static_cast<std::int64_t>(less)};
}

}  // namespace signalbox::detail
