// What a pool says: reports about leases, statistics, and what it refuses.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include <signalbox/detail/pool_core.hpp>
#include <signalbox/platform/clock.hpp>

#include "patterns/pool_waiter.hpp"

namespace signalbox::detail {

namespace {

[[noreturn]] void refuse(const std::string& why)
{
    throw std::system_error(std::make_error_code(std::errc::invalid_argument), "signalbox::pool: " + why);
}

std::string place_of(const call_site& at)
{
    if (at.file == nullptr) {
        return "an unknown place";
    }
    const char* const slash = std::strrchr(at.file, '/');
    return std::string{slash != nullptr ? slash + 1 : at.file} + ":" + std::to_string(at.line) + " (" +
           at.function + ")";
}

std::string seconds(std::chrono::nanoseconds lasted)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3f s", std::chrono::duration<double>(lasted).count());
    return text;
}

std::string text_of(const pool_lease_report& what)
{
    const std::string thread = "thread " + std::to_string(what.borrower);
    const std::string where = place_of(what.lease);
    switch (what.what) {
    case pool_lease_report::returned:
        return "a lease lasted for " + seconds(what.lasted) + "; " + thread + " borrowed at " + where;
    case pool_lease_report::overdue:
        return "a lease lasts for " + seconds(what.lasted) + " so far; " + thread + " borrowed at " + where;
    case pool_lease_report::second:
        return thread + " borrows at " + place_of(what.again) + " and still has the lease from " + where +
               ": when all is lent it waits for itself";
    case pool_lease_report::nothing: break;
    }
    return {};
}

bool is_same(const call_site& a, const call_site& b) noexcept
{
    return a.file == b.file && a.line == b.line;
}

}  // namespace

pool_core::pool_core(pool_settings&& settings)
    : settings_{std::move(settings)},
      max_{settings_.max},
      dice_{static_cast<std::uint64_t>(platform::now().time_since_epoch().count()) | 1U}
{
    if (max_ == 0) {
        refuse("max is 0; a pool holds at least one thing");
    }
    if (settings_.max_creating == 0) {
        refuse("max_creating is 0; nothing could ever be made");
    }
    if (settings_.min_idle > max_) {
        refuse("min_idle is " + std::to_string(settings_.min_idle) + ", more than max, " +
               std::to_string(max_));
    }
    if (settings_.min_idle > 0 && !is_maintained()) {
        refuse("min_idle needs maintain_every: without it nobody makes things ahead");
    }
    if (!(settings_.lifetime_jitter >= 0 && settings_.lifetime_jitter <= 1)) {
        refuse("lifetime_jitter is a part of the lifetime, from 0 to 1");
    }
}

// Finds the lease that the calling thread has already. One place is reported once in a row.
void pool_core::note_second(const pool_waiter& me, pool_lease_report& found) noexcept
{
    const pool_slot* theirs = lent_.first();
    while (theirs != nullptr && theirs->borrower != me.thread) {
        theirs = theirs->next;
    }
    if (theirs == nullptr) {
        return;  // another thread, whose identity ends alike
    }
    ++told_.borrowed_twice;
    if (settings_.warn_of_second && !is_same(last_second_, me.where)) {
        last_second_ = me.where;
        found = {.what = pool_lease_report::second,
                 .lease = theirs->where,
                 .again = me.where,
                 .borrower = me.thread};
    }
}

// Finds the oldest lease that is overdue and was not reported yet.
bool pool_core::note_overdue(time_point now, pool_lease_report& found) noexcept
{
    for (pool_slot* slot = lent_.first(); slot != nullptr; slot = slot->next) {
        const auto lasted = now - slot->since;
        if (lasted < settings_.held_too_long) {
            return false;  // all others are younger
        }
        if (!slot->is_reported) {
            slot->is_reported = true;
            ++told_.held_long;
            found = {.what = pool_lease_report::overdue,
                     .lease = slot->where,
                     .borrower = slot->borrower,
                     .lasted = lasted};
            return true;
        }
    }
    return false;
}

void pool_core::report_overdue() noexcept
{
    for (bool is_found = true; is_found;) {
        pool_lease_report overdue;
        {
            const std::lock_guard lock{lock_};
            is_found = note_overdue(platform::coarse_now(), overdue);
        }
        report(overdue);
    }
}

// A report that can't be made for want of memory is left out.
void pool_core::report(const pool_lease_report& what) const noexcept
{
    if (what.what == pool_lease_report::nothing) {
        return;
    }
    try {
        report(text_of(what));
    } catch (const std::exception&) {
    }
}

void pool_core::report(const std::string& text) const noexcept
{
    try {
        const std::string name = settings_.name.empty() ? "" : " " + settings_.name;
        const std::string line = "signalbox: pool" + name + ": " + text + "\n";
        if (settings_.report) {
            return settings_.report(line);
        }
        std::fwrite(line.data(), 1, line.size(), stderr);
        std::fflush(stderr);
    } catch (const std::exception&) {
    }
}

pool_statistics pool_core::statistics() const
{
    const std::lock_guard lock{lock_};
    pool_statistics now = told_;
    now.max = max_;
    now.in_use = lent_.size();
    now.idle = idle_.size();
    now.creating = creating_;
    now.waiting = queue_.size() + wanting_;
    return now;
}

void pool_core::resize(std::size_t max)
{
    if (max == 0) {
        refuse("resize(0): a pool holds at least one thing");
    }
    waiters served;
    {
        const std::lock_guard lock{lock_};
        max_ = max;
        serve(served);
    }
    wake(served);
}

}  // namespace signalbox::detail
