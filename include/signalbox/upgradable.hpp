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
#include <signalbox/detail/shared_word.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

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
    void lock_upgrade() SIGNALBOX_ACQUIRE_SHARED() { static_cast<void>(take(mode::upgrade, limit{})); }
    outcome lock_upgrade(const limit& until) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return take(mode::upgrade, until);
    }
    [[nodiscard]] bool try_lock_upgrade() noexcept SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return try_take(mode::upgrade);
    }
    template <class Span>
    [[nodiscard]] bool try_lock_upgrade_for(const Span& span) SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return take(mode::upgrade, limit{span}) == outcome::acquired;
    }
    template <class Point>
    [[nodiscard]] bool try_lock_upgrade_until(const Point& when) SIGNALBOX_TRY_ACQUIRE_SHARED(true)
    {
        return take(mode::upgrade, limit{when}) == outcome::acquired;
    }
    SIGNALBOX_API void unlock_upgrade() SIGNALBOX_RELEASE_SHARED();

    /// From upgrade to writing: waits until those that read have left; once it is parked no new ones get
    /// in. A wait that ends in vain, or a try, leaves the caller what it had.
    void unlock_upgrade_and_lock() SIGNALBOX_RELEASE_SHARED() SIGNALBOX_ACQUIRE()
    {
        static_cast<void>(raise(limit{}));
    }
    outcome unlock_upgrade_and_lock(const limit& until) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise(until);
    }
    [[nodiscard]] bool try_unlock_upgrade_and_lock() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise(deadline::passed()) == outcome::acquired;
    }
    template <class Span>
    [[nodiscard]] bool try_unlock_upgrade_and_lock_for(const Span& span) SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise(limit{span}) == outcome::acquired;
    }
    template <class Point>
    [[nodiscard]] bool try_unlock_upgrade_and_lock_until(const Point& when)
        SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
    {
        return raise(limit{when}) == outcome::acquired;
    }

    /// From writing to upgrade, from upgrade to reading, from writing to reading. They never wait, and let in
    /// at once the readers that wait, but those that wait behind a writer whose turn has come.
    SIGNALBOX_API void unlock_and_lock_upgrade() SIGNALBOX_RELEASE() SIGNALBOX_ACQUIRE_SHARED();
    SIGNALBOX_API void unlock_upgrade_and_lock_shared();  // the analysis sees the same hold before and after
    SIGNALBOX_API void downgrade() SIGNALBOX_RELEASE() SIGNALBOX_ACQUIRE_SHARED();
    void unlock_and_lock_shared() SIGNALBOX_RELEASE() SIGNALBOX_ACQUIRE_SHARED() { downgrade(); }

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

    detail::shared_cell cell_;

private:
    word::type held(mode how, const char* call) const;
    void let_go(word::type now) noexcept;
    template <class Change>
    void keep_less(word::type now, const Change& less) noexcept;
};

}  // namespace thread

}  // namespace signalbox
