// A pool of things that are dear to make and can be used again: connections, say. Borrow one, give it back.
//
//   signalbox::pool<connection> connections{[] { return connect("db"); }, {.max = 4}};
//   auto db = connections.acquire(2s);        // one that is idle, or a new one; at most four at a time
//   if (!db) { return db.outcome(); }         // timed_out: nothing is lent
//   db->query("...");                         // back in the pool at the end of the scope
//
// Invariant 1  There are at most `max` things at a time: lent, idle, being made and being closed together.
//              With a shared limit also at most as many as that has permits, in all pools that share it; with
//              process::semaphore, in all processes, whatever kills them.
// Invariant 2  Nobody waits while a thing is idle, or while one could be made. A factory that throws, a lease
//              that is discarded and a thing that is no longer valid leave their place to the next who waits.
// Invariant 3  No function of the user's is called under a lock of the library's.
// Fairness     First come, first served. Of the idle things the one that was used last is lent first. With a
//              shared limit the order is that of the limit: make it fifo.
// Lifetime     Leases may outlive the pool, and things that are lent are then closed as they come back; a
//              shared limit must outlive both. The pool's other functions must have returned.
// Crash        A process that is killed gives back its permits of a shared process::semaphore.
// Checked by   tests/patterns/pool_test.cpp, tests/patterns/pool_limits_test.cpp,
//              tests/patterns/postgres_test.cpp
// Source       The algorithm: signalbox/detail/pool_core.hpp. Options: signalbox/patterns/pool_options.hpp
#pragma once

#include <chrono>
#include <cstddef>
#include <system_error>
#include <type_traits>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/detail/call_site.hpp>
#include <signalbox/detail/pool_state.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/patterns/pool_lease.hpp>
#include <signalbox/patterns/pool_options.hpp>
#include <signalbox/semaphore.hpp>

namespace signalbox {

SIGNALBOX_SITES_BEGIN
/// Any thread may call any function, none from a signal handler. In the child of a fork only what the
/// forking thread had borrowed may be used.
template <class T, limit_semaphore Limit = semaphore>
class pool {
    using state = detail::pool_state<T, Limit>;

public:
    using lease = pool_lease<T, Limit>;
    using options = pool_options<T>;

    /// `make()`, or make(limit) with the limit of the call that needs it, returns a T, or throws. Several
    /// threads may be in it at a time (options.max_creating), and so in options.validate.
    /// Errors      std::system_error invalid_argument for options that contradict themselves, naming them.
    template <class Factory>
    explicit pool(Factory&& make, options how = {})
        : state_{new state{nullptr, boxed(std::forward<Factory>(make)), std::move(how)}}
    {
    }

    /// The same, and each thing takes a permit of `shared`, which others use too. Idle things are kept only
    /// with options.maintain_every, and only while nobody waits for `shared`.
    template <class Factory>
    pool(Limit& shared, Factory&& make, options how = {})
        : state_{new state{&shared, boxed(std::forward<Factory>(make)), std::move(how)}}
    {
    }

    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;
    /// Closes the pool, and does not wait for the leases.
    ~pool() { state_->leave(); }

    /// Borrows a thing: an idle one, or a new one; waits until it can.
    /// Errors      std::system_error operation_canceled: it was closed, before or meanwhile;
    ///             resource_unavailable_try_again: max_waiters wait already. What the factory throws.
    /// Complexity  Two locks for borrowing and giving back, 60 ns in all, if one is idle (bench/pool.cpp).
    [[nodiscard]] lease acquire(detail::noted_site at = detail::noted_site::here())
    {
        bool is_refused = false;
        lease got = borrow(limit{}, at, is_refused);
        if (!got) {
            throw std::system_error(std::make_error_code(is_refused
                                                             ? std::errc::resource_unavailable_try_again
                                                             : std::errc::operation_canceled),
                                    is_refused ? "signalbox::pool: too many threads wait for a thing"
                                               : "signalbox::pool: acquire() of a closed pool");
        }
        return got;
    }

    /// The same within a limit, which does not interrupt a factory. Returns a lease that is empty unless its
    /// outcome() is acquired; timed_out also if max_waiters wait already.  Errors: what the factory throws.
    [[nodiscard]] lease acquire(const limit& within, detail::noted_site at = detail::noted_site::here())
    {
        bool is_refused = false;
        return borrow(within, at, is_refused);
    }
    /// The same for so long from now; costs no more than without a limit if a thing is idle.
    template <class Rep, class Period>
    [[nodiscard]] lease acquire(const std::chrono::duration<Rep, Period>& within,
                                detail::noted_site at = detail::noted_site::here())
    {
        bool is_refused = false;
        return borrow(within, at, is_refused);
    }

    /// Changes `max`. More: those who wait are served. Less: idle things are closed now, and those that are
    /// lent as they come back.  Errors: std::system_error invalid_argument for 0.
    void resize(std::size_t max) { state_->resize_to(max); }

    /// Lends nothing any more: all waits, now and later, end with closed. Closes what is idle, and waits
    /// until all leases are back and closed. Returns acquired: nothing is left; else how the wait ended.
    outcome close(const limit& within = {}) { return state_->close_within(within); }
    [[nodiscard]] bool is_closed() const noexcept { return state_->is_closed(); }

    [[nodiscard]] pool_statistics statistics() const { return state_->statistics(); }

private:
    template <class Factory>
    static typename state::factory boxed(Factory&& make)
    {
        if constexpr (std::is_invocable_r_v<T, std::decay_t<Factory>&, const limit&>) {
            return {std::forward<Factory>(make)};
        } else {
            return {[make = std::forward<Factory>(make)](const limit&) mutable -> T { return make(); }};
        }
    }

    template <class Within>
    lease borrow(const Within& within, const detail::noted_site& at, bool& is_refused)
    {
        lease got;
        got.pool_ = state_;
        got.lent_ = state_->borrow(within, at.get(), got.outcome_, is_refused);
        return got;
    }

    state* const state_;
};
SIGNALBOX_SITES_END

}  // namespace signalbox
