// Permits of a process::semaphore: held by this process by name, and given back when the process dies.
//
// Invariant 1  The ledger of the semaphore says that this process holds count() permits for this object.
// Because      Only an owned permit can come back by itself. So a permit of this semaphore never uses plain
//              acquire() and release().
// Lifetime     As signalbox/permit.hpp: some handle of the process must outlive it; the handle may be moved,
//              after which semaphore() is stale. In the child of a fork the permits of the parent are empty.
// Checked by   tests/process/permit_test.cpp, tests/process/fork_test.cpp
#pragma once

#include <mutex>  // std::try_to_lock, std::adopt_lock
#include <utility>

#include <signalbox/detail/permit_misuse.hpp>
#include <signalbox/process/semaphore.hpp>

namespace signalbox {

template <>
class [[nodiscard]] permit<process::semaphore> {
public:
    using semaphore_type = process::semaphore;

    constexpr permit() noexcept = default;

    /// Acquires n permits, and waits for them as long as it takes. Errors: those of semaphore.acquire(n).
    [[nodiscard]] explicit permit(process::semaphore& from, std::ptrdiff_t n = 1) : permit{&from}
    {
        place_ = from.hold(n);
        count_ = n;
    }

    /// Acquires n permits within the limit; outcome() says how that ended: unless acquired, nothing is held.
    [[nodiscard]] permit(process::semaphore& from, std::ptrdiff_t n, const limit& within) : permit{&from}
    {
        outcome_ = from.hold(n, within, place_);
        count_ = is_acquired(outcome_) ? n : 0;
    }

    /// Acquires n permits if that needs no waiting; outcome() is acquired or timed_out.
    [[nodiscard]] permit(process::semaphore& from, std::ptrdiff_t n, std::try_to_lock_t) noexcept
        : permit{&from}
    {
        const bool is_held = from.try_hold(n, place_);
        outcome_ = is_held ? signalbox::outcome::acquired : signalbox::outcome::timed_out;
        count_ = is_held ? n : 0;
    }

    /// Makes a permit of n that were handed to this process, or, if there are not as many, of n that are out
    /// (taken with plain acquire(), by whatever process).
    /// Errors      invalid_argument for n < 0; value_too_large if there are fewer.
    [[nodiscard]] SIGNALBOX_API permit(process::semaphore& from, std::ptrdiff_t n, std::adopt_lock_t);

    permit(permit&& other) noexcept
        : semaphore_{other.semaphore_},
          object_{other.object_},
          serial_{other.serial_},
          place_{other.place_},
          count_{std::exchange(other.count_, 0)},
          outcome_{other.outcome_}
    {
    }

    permit& operator=(permit&& other) noexcept
    {
        permit{std::move(other)}.swap(*this);
        return *this;
    }
    permit(const permit&) = delete;
    permit& operator=(const permit&) = delete;

    /// Gives back what is held. What can't be (the file is damaged) stays this process's until it ends.
    ~permit()
    {
        if (count_ > 0 && is_ours()) {
            process::semaphore::give_back_or_keep(*object_, count_, place_);
        }
    }

    [[nodiscard]] constexpr std::ptrdiff_t count() const noexcept { return count_; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return count_ > 0; }
    constexpr signalbox::outcome outcome() const noexcept { return outcome_; }
    /// The handle that it acquired through; null for a permit made empty.
    [[nodiscard]] constexpr process::semaphore* semaphore() const noexcept { return semaphore_; }

    /// Gives all permits back now; does nothing when empty, and in the child of a fork.
    /// Errors      state_not_recoverable: the file is damaged; they are still held.
    void release()
    {
        if (count_ > 0 && is_ours()) {
            process::semaphore::give_back(*object_, count_, place_);
        }
        place_ = nullptr;
        count_ = 0;
    }

    /// Leaves the permits to somebody else: they are out from now on, until a plain release() or an adoption.
    /// Returns     How many were held.
    std::ptrdiff_t forget() noexcept
    {
        const std::ptrdiff_t n = is_ours() ? std::exchange(count_, 0) : count_ = 0;
        if (n > 0) {
            process::semaphore::let_go(*object_, n, std::exchange(place_, nullptr));
        }
        return n;
    }

    /// Hands all to another process that uses the semaphore: from one moment on it holds them, and they come
    /// back when it dies. It makes a permit of them with std::adopt_lock. Returns how many.
    /// Errors      no_such_process: it does not use the semaphore any more; they stay here.
    std::ptrdiff_t transfer(const process::participant_info& to)
    {
        const std::ptrdiff_t n = is_ours() ? count_ : 0;
        if (n > 0) {
            process::semaphore::hand_over(*object_, n, place_, to);
        }
        place_ = nullptr;
        count_ = 0;
        return n;
    }

    /// Makes a permit of n of these; this one keeps the others. Errors: invalid_argument; nothing changes.
    [[nodiscard]] permit split(std::ptrdiff_t n)
    {
        if (n < 0 || n > count_) {
            detail::refuse_permit(std::errc::invalid_argument, "cannot split", n, " off", count_);
        }
        if (n > 0) {
            loosen();
        }
        permit part;
        part.semaphore_ = semaphore_;
        part.object_ = object_;
        part.serial_ = serial_;
        part.count_ = n;
        count_ -= n;
        return part;
    }

    /// Takes over what `other` holds, in addition. Errors: invalid_argument: permits of two semaphores.
    void merge(permit&& other)
    {
        if (this == &other || other.count_ == 0) {
            return;
        }
        if (count_ > 0 && serial_ != other.serial_) {
            detail::refuse_permit(std::errc::invalid_argument, "cannot merge", other.count_,
                                  " of another semaphore into", count_);
        }
        loosen();
        other.loosen();
        other.count_ += std::exchange(count_, 0);
        swap(other);
    }

    void swap(permit& other) noexcept
    {
        std::swap(semaphore_, other.semaphore_);
        std::swap(object_, other.object_);
        std::swap(serial_, other.serial_);
        std::swap(place_, other.place_);
        std::swap(count_, other.count_);
        std::swap(outcome_, other.outcome_);
    }

    friend void swap(permit& a, permit& b) noexcept { a.swap(b); }

private:
    explicit permit(process::semaphore* from) noexcept
        : semaphore_{from}, object_{from->object_}, serial_{process::semaphore::serial_of(*from->object_)}
    {
    }

    [[nodiscard]] bool is_ours() const noexcept
    {
        return object_ != nullptr && process::semaphore::serial_of(*object_) == serial_;
    }

    // What is to be divided or joined can't lie in a pocket, which belongs to one permit object.
    void loosen() noexcept
    {
        process::detail::lease* const place = std::exchange(place_, nullptr);
        if (place != nullptr && count_ > 0 && is_ours()) {
            process::semaphore::loosen(*object_, *place);
        }
    }

    process::semaphore* semaphore_ = nullptr;
    process::detail::attachment* object_ = nullptr;
    std::uint64_t serial_ = 0;
    process::detail::lease* place_ = nullptr;  // the pocket that they lie in; null: none
    std::ptrdiff_t count_ = 0;
    signalbox::outcome outcome_ = signalbox::outcome::acquired;
};

}  // namespace signalbox
