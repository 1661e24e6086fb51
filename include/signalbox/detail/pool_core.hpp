// What a pool knows of its things without knowing their type: which are idle, lent and being made, who waits.
//
// Invariant 1  A thing is idle, lent, or on its way: in the hands of the one thread that makes, checks or
//              closes it. `things_` counts all three, and grows only below `max` (a thing counts from before
//              its factory is called until after its destructor has returned).
// Invariant 2  While somebody waits no thing is idle, and none could be made: every step that would change
//              that gives the thing, or the right to make one, to the first who waits, under the same lock.
// Invariant 3  Who waits is served once: by whoever takes it out of `queue_`. Who leaves because its limit
//              is over looks under the lock whether it was served; if so it takes what it was given.
// Because      One lock decides everything, and is held for some dozens of instructions. Nobody's code runs
//              under it: factories, destructors, validation and reports come before or after.
// Edges        The lock orders all that happens to a thing; a served waiter's event orders what it was given.
// Fairness     First come, first served, also for the right to make a thing; a newcomer never overtakes.
//              The thing that was used last is lent first: the others may grow old and be closed.
// Lifetime     When the pool has gone, the last lease takes the rest with it: drop() says so.
// Checked by   tests/patterns/pool_test.cpp, tests/patterns/pool_limits_test.cpp,
//              tests/simulated/pool_test.cpp
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <signalbox/config.hpp>
#include <signalbox/detail/call_site.hpp>
#include <signalbox/detail/chain.hpp>
#include <signalbox/event.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/patterns/pool_options.hpp>

namespace signalbox::detail {

/// The options of a pool that say nothing of its type.
struct pool_settings {
    std::size_t max{}, max_creating{}, max_waiters{}, min_idle{};
    std::chrono::nanoseconds validate_after{}, idle_timeout{}, max_lifetime{}, held_too_long{};
    std::chrono::nanoseconds maintain_every{};
    double lifetime_jitter{};
    bool warn_of_second{};
    std::string name;
    report_taker report;
};

/// What the pool notes of a thing. It stands in `idle_`, in `lent_`, or in no chain: on its way.
struct pool_slot : chained<pool_slot> {
    using time_point = std::chrono::steady_clock::time_point;

    time_point expires{};        // the end of its lifetime, fixed when it was made
    time_point since{};          // it is idle, or lent, since then, to the tick of the coarse clock
    time_point timed{};          // when this use began, if it is one of those that are timed
    call_site where{};           // the borrower's
    std::uint32_t borrower = 0;  // the thread, while it is lent
    std::uint32_t uses = 0;
    bool is_reported = false;
};

struct pool_waiter;
struct pool_lease_report;

class pool_core {
public:
    using time_point = pool_slot::time_point;

    /// What a thread that asked for a thing shall do.
    enum class answer : std::uint8_t {
        use,     // use `slot`, which is lent to it
        check,   // the same, but validate it first
        close,   // close `slot`, which has expired, and ask again
        create,  // make a thing, and say created() or not_created()
        end,     // nothing was given: say `ended`
        wait,    // inside: it stands in the queue; from ask_idle(): nothing can be lent at once
    };
    struct offer {
        answer what = answer::end;
        outcome ended = outcome::closed;
        bool is_refused = false;  // too many wait
        pool_slot* slot = nullptr;
        pool_slot* expired = nullptr;  // close this one too
    };

    SIGNALBOX_API explicit pool_core(pool_settings&& settings);
    pool_core(const pool_core&) = delete;
    pool_core& operator=(const pool_core&) = delete;

    /// Asks for a thing, and waits within the limit. `again`: the caller has closed what it was given, and
    /// stands before all others.
    SIGNALBOX_API offer ask(const limit& within, const call_site& at, bool again = false);

    /// The same if a thing is idle and nobody waits; else answers `wait`, and nothing has happened.
    SIGNALBOX_API offer ask_idle(const call_site& at);

    /// The thing of an answer `create` is there, and lent. False: the pool was closed; close it, and drop().
    [[nodiscard]] SIGNALBOX_API bool created(pool_slot& slot, const call_site& at);
    /// ... is not there: the factory threw, or the limit was over before it could be called.
    SIGNALBOX_API void not_created(bool has_failed, outcome ended) noexcept;

    /// Takes a lent thing out, in order to close it or give it away.
    SIGNALBOX_API void withdraw(pool_slot& slot, bool is_invalid) noexcept;
    /// Takes a lent thing back. False: close it, and drop(). `is_unwanted`: it shall be closed in any case.
    [[nodiscard]] SIGNALBOX_API bool take_back(pool_slot& slot, bool is_unwanted) noexcept;
    /// A thing that was on its way is gone. True: so is the pool, and the caller deletes what is left.
    [[nodiscard]] SIGNALBOX_API bool drop() noexcept;

    /// Somebody in this pool begins, or ends, to wait for the shared limit: what comes back is closed.
    SIGNALBOX_API void want(bool begins) noexcept;
    /// While it lives somebody does.
    struct wanting {
        explicit wanting(pool_core& of) noexcept : pool{of} { pool.want(true); }
        wanting(const wanting&) = delete;
        wanting& operator=(const wanting&) = delete;
        ~wanting() { pool.want(false); }

        pool_core& pool;
    };

    /// Takes out an idle thing that there should not be: expired, beyond `max`, of a closed pool, or, if
    /// others wait for the shared limit, the one idle for longest. Null if there is none.
    [[nodiscard]] SIGNALBOX_API pool_slot* surplus(bool others_wait) noexcept;
    /// Reserves the making of a thing, for min_idle: then say stocked() or not_created().
    [[nodiscard]] SIGNALBOX_API bool wants_stock() noexcept;
    [[nodiscard]] SIGNALBOX_API bool stocked(pool_slot& slot) noexcept;
    SIGNALBOX_API void report_overdue() noexcept;
    SIGNALBOX_API void report(const std::string& text) const noexcept;

    SIGNALBOX_API void resize(std::size_t max);
    SIGNALBOX_API void begin_close() noexcept;
    SIGNALBOX_API outcome wait_until_drained(const limit& within) const;
    /// The pool goes; true: nothing is left of it, and the caller deletes this.
    [[nodiscard]] SIGNALBOX_API bool abandon() noexcept;

    [[nodiscard]] SIGNALBOX_API bool is_closed() const noexcept;
    [[nodiscard]] bool is_maintained() const noexcept
    {
        return settings_.maintain_every > std::chrono::nanoseconds::zero();
    }
    [[nodiscard]] SIGNALBOX_API pool_statistics statistics() const;

    /// When a thing that is made at `now` ends: `dice` from 0 to 1 says how much of the jitter it gets.
    [[nodiscard]] SIGNALBOX_API static time_point end_of_life(time_point now, std::chrono::nanoseconds most,
                                                              double jitter, double dice) noexcept;

protected:
    ~pool_core() = default;

private:
    using waiters = chain<pool_waiter>;

    void begin(offer& found, pool_waiter& me, bool again) noexcept;
    bool decide(offer& found, const call_site& at) noexcept;
    offer wait(pool_waiter& me, const limit& within);
    offer leave(pool_waiter& me, outcome ended) noexcept;
    void take_served(pool_waiter& me, offer& found, time_point began) noexcept;
    void lend(pool_slot& slot, std::uint32_t borrower, const call_site& at, time_point now) noexcept;
    void end_use(pool_slot& slot, time_point now, pool_lease_report& overdue) noexcept;
    bool place(pool_slot& slot, time_point now, waiters& served) noexcept;
    void begin_life(pool_slot& slot) noexcept;
    void serve(waiters& served) noexcept;
    [[nodiscard]] bool can_create() const noexcept;
    [[nodiscard]] bool is_stale(const pool_slot& slot, time_point now) const noexcept;
    [[nodiscard]] bool is_gone() noexcept;
    bool note_overdue(time_point now, pool_lease_report& found) noexcept;
    void note_second(const pool_waiter& me, pool_lease_report& found) noexcept;
    void report(const pool_lease_report& what) const noexcept;
    static void wake(waiters& served) noexcept;

    const pool_settings settings_;
    mutable mutex lock_;
    // The lock guards what follows.
    chain<pool_slot> idle_;  // the one used last first
    chain<pool_slot> lent_;  // the oldest lease first
    waiters queue_;
    std::size_t max_;
    std::size_t things_ = 0;
    std::size_t creating_ = 0;
    std::size_t wanting_ = 0;
    bool is_closed_ = false;
    bool is_abandoned_ = false;
    std::uint64_t dice_;
    call_site last_second_{};               // where the last thread borrowed that had a lease
    std::array<std::uint32_t, 64> held_{};  // leases by the last bits of their borrowers' identities
    pool_statistics told_{};                // what is counted; the rest is filled in when somebody asks
    event drained_;
};

/// The thread of a pool that looks after it.
class pool_keeper {
public:
    /// Calls `tick(pool)` now and then in every interval.
    SIGNALBOX_API pool_keeper(std::chrono::nanoseconds every, void (*tick)(void*), void* pool);
    pool_keeper(const pool_keeper&) = delete;
    pool_keeper& operator=(const pool_keeper&) = delete;
    SIGNALBOX_API ~pool_keeper();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace signalbox::detail
