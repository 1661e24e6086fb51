// A permit: permits of a semaphore that this object holds, and gives back when it is destroyed.
//
// Invariant 1  The semaphore is owed exactly count() permits by this object; count() is never negative.
// Invariant 2  What was acquired here is given back once: by release(), the destructor, or, after a split(),
//              merge() or move, by the permit that took it over; only forget() leaves it to somebody else.
// Because      A semaphore counts, and doesn't know who holds what. An object that holds can be carried by a
//              scope, an exception and a container, and comes back by itself when its holder goes away.
// Lifetime     The semaphore must outlive every permit that holds some of it; empty permits never touch it.
// Checked by   tests/contract/permit_contract.hpp, tests/compile_fail/CMakeLists.txt
#pragma once

#include <cstddef>
#include <mutex>  // std::try_to_lock, std::adopt_lock
#include <utility>

#include <signalbox/detail/call_site.hpp>
#include <signalbox/detail/permit_misuse.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

SIGNALBOX_SITES_BEGIN
/// A permit may be moved to, and released on, any thread; one object is used by one thread at a time.
/// Semaphore  Any with acquire(n), try_acquire(n), release(n) and acquire(n, limit) -> outcome: what
///            <signalbox/concepts.hpp> calls a limit_semaphore.
template <class Semaphore>
class [[nodiscard]] permit {
public:
    using semaphore_type = Semaphore;

    /// An empty permit.
    constexpr permit() noexcept = default;

    /// Acquires n permits, and waits for them as long as it takes.
    /// Errors      Those of semaphore.acquire(n).
    [[nodiscard]] explicit permit(Semaphore& semaphore, std::ptrdiff_t n = 1, SIGNALBOX_SITE)
        : semaphore_{&semaphore}
    {
        const detail::waiting_at here{at};
        semaphore.acquire(n);
        hold(n, at);
    }

    /// Acquires n permits within the limit; outcome() says how that ended: unless acquired, nothing is held.
    /// Errors      Those of semaphore.acquire(n, within).
    [[nodiscard]] permit(Semaphore& semaphore, std::ptrdiff_t n, const limit& within, SIGNALBOX_SITE)
        : semaphore_{&semaphore}
    {
        const detail::waiting_at here{at};
        outcome_ = semaphore.acquire(n, within);
        hold(is_acquired(outcome_) ? n : 0, at);
    }

    /// Acquires n permits if that needs no waiting; outcome() is acquired or timed_out.
    [[nodiscard]] permit(Semaphore& semaphore, std::ptrdiff_t n, std::try_to_lock_t,
                         SIGNALBOX_SITE) noexcept(noexcept(semaphore.try_acquire(n)))
        : semaphore_{&semaphore}
    {
        const bool is_taken = semaphore.try_acquire(n);
        outcome_ = is_taken ? signalbox::outcome::acquired : signalbox::outcome::timed_out;
        hold(is_taken ? n : 0, at);
    }

    /// Takes charge of n permits that the caller has acquired.
    /// Errors      invalid_argument for n < 0.
    [[nodiscard]] permit(Semaphore& semaphore, std::ptrdiff_t n, std::adopt_lock_t, SIGNALBOX_SITE)
        : semaphore_{&semaphore}
    {
        if (n < 0) {
            detail::refuse_permit(std::errc::invalid_argument, "cannot adopt", n, " into", count_);
        }
        hold(n, at);
    }

    /// Takes over what `other` holds; `other` is empty afterwards, and keeps its outcome().
    permit(permit&& other) noexcept
        : semaphore_{other.semaphore_},
          count_{std::exchange(other.count_, 0)},
          outcome_{other.outcome_},
          holding_{std::move(other.holding_)}
    {
    }

    /// Releases what this holds and takes over what `other` holds. Moving a permit to itself changes nothing.
    permit& operator=(permit&& other) noexcept
    {
        permit{std::move(other)}.swap(*this);
        return *this;
    }

    permit(const permit&) = delete;
    permit& operator=(const permit&) = delete;

    /// Releases what is held.
    /// Errors      If the semaphore refuses (somebody gave back more than was taken), the program ends.
    ~permit() { release(); }

    /// How many permits are held.
    [[nodiscard]] constexpr std::ptrdiff_t count() const noexcept { return count_; }

    /// Says whether any permit is held; none is after acquiring n == 0, though outcome() is acquired.
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return count_ > 0; }

    /// How acquiring ended; later calls don't change it. A permit that acquired nothing itself says acquired.
    constexpr signalbox::outcome outcome() const noexcept { return outcome_; }

    /// The semaphore that it acquired from; null for a permit made empty.
    [[nodiscard]] constexpr Semaphore* semaphore() const noexcept { return semaphore_; }

    /// Gives all permits back now; does nothing when empty.
    /// Errors      Those of semaphore.release(n), value_too_large if somebody gave back more than was taken;
    ///             the permit then still holds what it held.
    void release()
    {
        if (count_ > 0) {
            semaphore_->release(count_);
            count_ = 0;
            holding_.hold(0);
        }
    }

    /// Leaves the permits to somebody else: they will be released without this object, or never.
    /// Returns     How many were held.
    std::ptrdiff_t forget() noexcept { return holding_.hold(0), std::exchange(count_, 0); }

    /// Makes a permit of n of these; this one keeps the others.
    /// Errors      invalid_argument, naming both counts, for n < 0 and n > count(); nothing changes.
    [[nodiscard]] permit split(std::ptrdiff_t n)
    {
        if (n < 0 || n > count_) {
            detail::refuse_permit(std::errc::invalid_argument, "cannot split", n, " off", count_);
        }
        permit part;
        part.semaphore_ = semaphore_;
        part.count_ = n;
        part.holding_ = holding_.again(n);
        count_ -= n;
        holding_.hold(count_);
        return part;
    }

    /// Takes over what `other` holds, in addition; an empty permit takes over those of any semaphore. Merging
    /// a permit with itself or with an empty one changes nothing.
    /// Errors      invalid_argument if both hold permits, of two semaphores; value_too_large if the sum is no
    ///             number. Both name the counts, and nothing changes.
    void merge(permit&& other)
    {
        if (this == &other || other.count_ == 0) {
            return;
        }
        if (count_ > 0 && semaphore_ != other.semaphore_) {
            detail::refuse_permit(std::errc::invalid_argument, "cannot merge", other.count_,
                                  " of another semaphore into", count_);
        }
        std::ptrdiff_t sum = 0;
        if (__builtin_add_overflow(count_, other.count_, &sum)) {
            detail::refuse_permit(std::errc::value_too_large, "cannot merge", other.count_, " into", count_);
        }
        semaphore_ = other.semaphore_;
        if (count_ == 0) {
            holding_ = std::move(other.holding_);
        }
        holding_.hold(sum);
        other.holding_.hold(0);
        count_ = sum;
        other.count_ = 0;
    }

    void swap(permit& other) noexcept
    {
        std::swap(semaphore_, other.semaphore_);
        std::swap(count_, other.count_);
        std::swap(outcome_, other.outcome_);
        std::swap(holding_, other.holding_);
    }

    friend void swap(permit& a, permit& b) noexcept { a.swap(b); }

private:
    void hold(std::ptrdiff_t n, detail::site at)
    {
        count_ = n;
        holding_ = detail::holding{semaphore_, n, at};
    }

    Semaphore* semaphore_ = nullptr;
    std::ptrdiff_t count_ = 0;
    signalbox::outcome outcome_ = signalbox::outcome::acquired;
    [[no_unique_address]] detail::holding holding_{};
};

template <class Semaphore>
explicit permit(Semaphore&) -> permit<Semaphore>;
template <class Semaphore, class... How>
permit(Semaphore&, std::ptrdiff_t, How&&...) -> permit<Semaphore>;
SIGNALBOX_SITES_END

}  // namespace signalbox
