// The upgradable half of a shared mutex: a reader that can become the writer, and a writer that can become a
// reader, with no writer in between.
//
// Invariant 1  One thread at a time holds it for upgrade, beside any number of readers and no writer. So it
//              alone waits for readers to leave while it keeps what it holds, and two threads that want to
//              become the writer can't wait for each other.
// Fairness     Who becomes the writer goes before everybody that waits: they wait for it in any case.
// Checked by   tests/contract/upgrade_contract.hpp, tests/simulated
// Source       Boost.Thread, UpgradeLockable (the names)
#pragma once

#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/detail/call_site.hpp>
#include <signalbox/detail/shared_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/thread_id.hpp>

namespace signalbox {

inline namespace thread {

/// Base of shared_mutex, whose head says what all functions have in common.
class SIGNALBOX_CAPABILITY("shared_mutex") upgradable {
public:
    upgradable(const upgradable&) = delete;
    upgradable& operator=(const upgradable&) = delete;

    /// To read beside others, so that no other thread writes, or holds it for upgrade, until this one lets
    /// go. Waits until it can; within a limit; takes it if it can at once; within a duration; before a
    /// point. Complexity  A call and a compare-and-swap; contended, some more and mostly one sleep.
    void lock_upgrade(SIGNALBOX_SITE) SIGNALBOX_ACQUIRE_SHARED() { take_noted(mode::upgrade, false, at); }
    outcome lock_upgrade(const limit& until, SIGNALBOX_SITE) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return take_noted(mode::upgrade, false, until, at);
    }
    [[nodiscard]] bool try_lock_upgrade(SIGNALBOX_SITE) noexcept SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return noted(mode::upgrade, try_take(mode::upgrade), at);
    }
    template <class Span>
    [[nodiscard]] bool try_lock_upgrade_for(const Span& span, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return take_noted(mode::upgrade, false, span, at) == outcome::acquired;
    }
    template <class Point>
    [[nodiscard]] bool try_lock_upgrade_until(const Point& when, SIGNALBOX_SITE)
        SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return take_noted(mode::upgrade, false, when, at) == outcome::acquired;
    }
    void unlock_upgrade(SIGNALBOX_SITE) SIGNALBOX_RELEASE_SHARED() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        detail::disowns(this, at);
        leave_upgrade();
    }

    /// From upgrade to writing: waits until those that read have left; once it is parked no new ones get
    /// in. A wait that ends in vain, or a try, leaves the caller what it had.
    void unlock_upgrade_and_lock(SIGNALBOX_SITE) SIGNALBOX_RELEASE_SHARED() SIGNALBOX_ACQUIRE()
    {
        static_cast<void>(raise_at(limit{}, at));
    }
    outcome unlock_upgrade_and_lock(const limit& until, SIGNALBOX_SITE) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise_at(until, at);
    }
    [[nodiscard]] bool try_unlock_upgrade_and_lock() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise(deadline::passed()) == outcome::acquired;
    }
    template <class Span>
    [[nodiscard]] bool try_unlock_upgrade_and_lock_for(const Span& span, SIGNALBOX_SITE)
        SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise_at(limit{span}, at) == outcome::acquired;
    }
    template <class Point>
    [[nodiscard]] bool try_unlock_upgrade_and_lock_until(const Point& when, SIGNALBOX_SITE)
        SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise_at(limit{when}, at) == outcome::acquired;
    }

    /// From writing to upgrade, from upgrade to reading, from writing to reading. They never wait, and let in
    /// at once the readers that wait, but those that wait behind a writer whose turn has come.
    SIGNALBOX_API void unlock_and_lock_upgrade() SIGNALBOX_RELEASE() SIGNALBOX_ACQUIRE_SHARED();
    void unlock_upgrade_and_lock_shared(SIGNALBOX_SITE)  // the analysis sees the same hold before and after
    {
        lower_upgrade();
        now_reads(at);
    }
    void downgrade(SIGNALBOX_SITE) SIGNALBOX_RELEASE() SIGNALBOX_ACQUIRE_SHARED()
        SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        lower_exclusive();
        now_reads(at);
    }
    void unlock_and_lock_shared(SIGNALBOX_SITE) SIGNALBOX_RELEASE() SIGNALBOX_ACQUIRE_SHARED()
    {
        downgrade(at);
    }

    /// Who holds it for upgrade at this moment; thread_id::none if nobody does.
    [[nodiscard]] thread_id upgrader() const noexcept
    {
        // relaxed: it says who, and guards nothing
        return thread_id{word::upgrader_of(cell_.state.load(std::memory_order_relaxed))};
    }

protected:
    using word = detail::shared_word;
    using mode = detail::share_mode;

    constexpr upgradable() noexcept = default;
    ~upgradable() = default;

    SIGNALBOX_API outcome take(mode how, const limit& until);
    SIGNALBOX_API bool try_take(mode how) noexcept;
    SIGNALBOX_API outcome raise(const limit& until);
    SIGNALBOX_API void unlock_slow();
    SIGNALBOX_API void unlock_shared_slow(word::type now);
    SIGNALBOX_API static void keep_slice(detail::shared_cell* cell) noexcept;

    /// Writes down who holds it and where, if that is known. Returns whether it is taken.
    bool noted(mode how, bool is_taken, detail::site at) noexcept
    {
        if (is_taken) {
            how == mode::shared ? detail::reads(this, at) : detail::owns(this, at);
        }
        return is_taken;
    }
    /// The same for one that is still to be taken, unless it is. A limit is made only then: it may read the
    /// clock.
    template <class Limit>
    outcome take_noted(mode how, bool is_taken, const Limit& until, detail::site at)
    {
        const detail::waiting_at here{at};
        const outcome result = is_taken ? outcome::acquired : take(how, until);
        noted(how, result == outcome::acquired, at);
        return result;
    }
    void take_noted(mode how, bool is_taken, detail::site at)
    {
        if (!is_taken) {
            const detail::waiting_at here{at};
            static_cast<void>(take(how, limit{}));
        }
        noted(how, true, at);
    }

    detail::shared_cell cell_;

private:
    outcome raise_at(const limit& until, detail::site at)
    {
        const detail::waiting_at here{at};
        return raise(until);
    }
    void now_reads(detail::site at) noexcept
    {
        detail::disowns(this, at);
        detail::reads(this, at);
    }
    SIGNALBOX_API void leave_upgrade();
    SIGNALBOX_API void lower_upgrade();
    SIGNALBOX_API void lower_exclusive();
    word::type held(mode how, const char* call) const;
    void let_go(word::type now) noexcept;
    template <class Change>
    void keep_less(word::type now, const Change& less) noexcept;
};

}  // namespace thread

}  // namespace signalbox
