// A lock of categories: any number of one kind are inside together, never two kinds, and none starves.
//
// Invariant 1  All who are inside are of one kind, and at most as many as the lock was made for.
// Invariant 2  Nobody waits who could enter by the rules under Fairness: whoever comes, goes or gives up lets
//              in whom that lets in.
// Fairness     While somebody of another kind waits, newcomers queue, also those of the kind that is inside.
//              When the last one has left, the turn is given to the kind of who has waited longest: all who
//              wait of that kind at that moment enter, first come first served, before the next turn. So a
//              thread waits for at most one turn of each other kind.
// Lifetime     It may be destroyed when nobody is inside or in one of its functions.
// Crash        Its state is in the object: it is for the threads of one process. Between processes: one
//              lightswitch for each kind over one process::semaphore, as fair as that.
// Edges        Those of its mutex and of events: what a kind did is visible to the next one.
// Checked by   tests/patterns/category_lock_test.cpp, tests/simulated/patterns_test.cpp
// Source       A. B. Downey, "The Little Book of Semaphores", 6.2 and 6.3
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <system_error>

#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/patterns/detail/line.hpp>

namespace signalbox {

/// Kinds are numbered from 0. Any thread may call any function; none may be called from a signal handler.
/// Nobody owns it: a thread may come in twice (and wait for itself, if another kind waits meanwhile).
template <std::size_t Kinds>
class category_lock {
    static_assert(Kinds > 0);

public:
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

    /// One kind's side of the lock: Lockable, for std::unique_lock, std::scoped_lock and acquire_all().
    class category {
    public:
        void lock() { of_->lock(kind_); }
        outcome lock(const limit& within) { return of_->lock(kind_, within); }
        [[nodiscard]] bool try_lock() { return of_->try_lock(kind_); }
        void unlock() { of_->unlock(kind_); }

    private:
        friend class category_lock;
        category(category_lock& of, std::size_t kind) noexcept : of_{&of}, kind_{kind} {}
        category_lock* of_;
        std::size_t kind_;
    };

    /// At most `most` are inside at a time. Errors: std::system_error invalid_argument for 0.
    explicit category_lock(std::size_t most = unlimited) : most_{most}
    {
        if (most == 0) {
            refuse(std::errc::invalid_argument, "at most this many inside is nobody:", most);
        }
    }
    category_lock(const category_lock&) = delete;
    category_lock& operator=(const category_lock&) = delete;

    /// The side of one kind; it refers to this object. Errors: invalid_argument: no such kind.
    [[nodiscard]] category of(std::size_t kind) { return {*this, checked(kind)}; }

    /// Comes in as one of a kind; waits until it may.
    /// Errors      invalid_argument: no such kind.
    /// Complexity  Locks a mutex, and looks once at each kind; mostly one sleep, if it has to wait.
    void lock(std::size_t kind) { static_cast<void>(lock(kind, limit{})); }

    /// The same within a limit (a duration, a time point, a stop token, or both).
    /// Returns     acquired; timed_out or stopped (a stop that was requested before comes first): it is not
    ///             inside, and holds nobody up.
    outcome lock(std::size_t kind, const limit& within)
    {
        checked(kind);
        if (within.is_stopped()) {
            return outcome::stopped;
        }
        std::unique_lock lock{mutex_};
        one_of_a_kind place;
        place.number = ++arrivals_;
        waiting_[kind].push_back(place);
        let_in();
        return detail::wait_in(lock, place, within, [&] {
            (place.has_turn ? turn_ : waiting_[kind]).remove(place);
            let_in();  // who gave up may have held others up
        });
    }

    /// Comes in if that needs no waiting; otherwise nothing changes. Errors: as lock().
    [[nodiscard]] bool try_lock(std::size_t kind)
    {
        return lock(kind, limit{deadline::passed()}) == outcome::acquired;
    }

    /// Goes; lets in whose turn it is. Any thread may go for one that is inside.
    /// Errors      operation_not_permitted: nobody of this kind is inside; nothing changes.
    void unlock(std::size_t kind)
    {
        const std::lock_guard lock{mutex_};
        if (inside_ == 0 || kind != kind_) {
            refuse(std::errc::operation_not_permitted, "nobody is inside of kind", kind);
        }
        --inside_;
        let_in();
    }

    /// How many of a kind wait at this moment. Errors: std::out_of_range.
    [[nodiscard]] std::size_t waiters(std::size_t kind) const
    {
        const std::lock_guard lock{mutex_};
        return waiting_.at(kind).size() + (kind == kind_ ? turn_.size() : 0);
    }

private:
    struct one_of_a_kind : detail::place {
        std::uint64_t number = 0;  // of its arrival
        bool has_turn = false;
    };

    // Restores Invariant 2.
    void let_in()
    {
        if (turn_.empty()) {
            if (inside_ == 0) {
                begin_turn(kind_of_oldest());
            } else if (only_current_waits()) {
                begin_turn(kind_);
            }
        }
        while (!turn_.empty() && inside_ < most_) {
            ++inside_;
            turn_.pop_front().call();
        }
    }

    void begin_turn(std::size_t kind)
    {
        kind_ = kind;
        while (!waiting_[kind_].empty()) {
            one_of_a_kind& one = waiting_[kind_].pop_front();
            one.has_turn = true;
            turn_.push_back(one);
        }
    }

    [[nodiscard]] std::size_t kind_of_oldest() const
    {
        const auto number = [](const auto& line) {
            return line.empty() ? std::numeric_limits<std::uint64_t>::max() : line.front().number;
        };
        const auto oldest =
            std::min_element(waiting_.begin(), waiting_.end(),
                             [&](const auto& a, const auto& b) { return number(a) < number(b); });
        return static_cast<std::size_t>(oldest - waiting_.begin());
    }

    [[nodiscard]] bool only_current_waits() const
    {
        return std::all_of(waiting_.begin(), waiting_.end(),
                           [this](const auto& line) { return line.empty() || &line == &waiting_[kind_]; });
    }

    static std::size_t checked(std::size_t kind)  // or an error
    {
        if (kind >= Kinds) {
            refuse(std::errc::invalid_argument, "there is no kind", kind);
        }
        return kind;
    }

    [[noreturn]] static void refuse(std::errc code, const char* what, std::size_t kind)
    {
        throw std::system_error(std::make_error_code(code), "signalbox::category_lock: " + std::string{what} +
                                                                " " + std::to_string(kind));
    }

    const std::size_t most_;
    mutable mutex mutex_;  // guards what follows
    std::array<detail::line<one_of_a_kind>, Kinds> waiting_;
    detail::line<one_of_a_kind> turn_;  // whose turn it is, and there is no room for: all of kind_
    std::uint64_t arrivals_ = 0;
    std::size_t inside_ = 0;
    std::size_t kind_ = 0;  // of those who are, or were last, inside
};

}  // namespace signalbox
