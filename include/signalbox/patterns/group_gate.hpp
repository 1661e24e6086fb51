// A gate that lets groups in: threads of several kinds wait until a group of them is complete, and enter
// together.
//
// Invariant 1  While there is room for a group, no allowed composition is complete among those who wait.
// Invariant 2  A group is exactly one of the allowed compositions. A thread is in one group at most, and who
//              gave up in none: a group never waits for somebody who has gone.
// Fairness     Of each kind those who have waited longest are taken. If an arrival completes several
//              compositions, the one that was named first counts: kinds that are only in others wait longer.
// Lifetime     It must outlive the memberships of its groups.
// Crash        Its state is in the object: it is for the threads of one process.
// Edges        Those of its mutex and of events: what any member did before it entered is visible to the
//              group; with group_space::one, what a group did is visible to the next one.
// Checked by   tests/patterns/group_gate_test.cpp, tests/simulated/patterns_test.cpp
// Source       A. B. Downey, "The Little Book of Semaphores", 5.6 and 5.7; G. R. Andrews, "Concurrent
//              Programming" (1991), for the molecule
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/patterns/detail/line.hpp>

namespace signalbox {

/// How many groups may be inside at the same time: any number, or one, until all of its members have left.
enum class group_space { any, one };

/// Kinds are numbered from 0. Any thread may call any function; none may be called from a signal handler.
template <std::size_t Kinds>
class group_gate {
public:
    /// How many of each kind make a group.
    using composition = std::array<std::size_t, Kinds>;

    /// A thread's place in a group, until it is destroyed. Belongs to one thread at a time.
    class [[nodiscard]] membership {
    public:
        membership() noexcept = default;
        membership(membership&& other) noexcept : is_{std::exchange(other.is_, {})} {}
        membership& operator=(membership&& other) noexcept
        {
            membership taken{std::move(other)};
            std::swap(is_, taken.is_);
            return *this;
        }
        ~membership() { leave(); }

        /// Says whether it is a member of a group.
        [[nodiscard]] explicit operator bool() const noexcept { return is_.gate != nullptr; }
        /// How the wait ended: acquired, timed_out or stopped.
        signalbox::outcome outcome() const noexcept { return is_.how; }
        /// The group's number, counted from 1.
        [[nodiscard]] std::uint64_t group() const noexcept { return is_.group; }
        /// The place in the group, from 0: by kind, then in order of arrival.
        [[nodiscard]] std::size_t seat() const noexcept { return is_.seat; }
        /// One of each group is: for what is done once.
        [[nodiscard]] bool is_captain() const noexcept { return is_.seat == 0 && *this; }

        /// Leaves the group; the last one may let the next group in. Nothing for who is no member.
        void leave() noexcept
        {
            if (group_gate* const gate = std::exchange(is_.gate, nullptr)) {
                gate->one_left();
            }
        }

    private:
        friend class group_gate;
        struct {
            group_gate* gate = nullptr;  // null: no member
            std::uint64_t group = 0;
            std::size_t seat = 0;
            signalbox::outcome how = signalbox::outcome::acquired;
        } is_;
    };

    /// Lets in what is one of these compositions.
    /// Errors      std::system_error invalid_argument: none is given, or one of nobody.
    explicit group_gate(std::initializer_list<composition> allowed, group_space space = group_space::any)
        : allowed_{allowed}, space_{space}
    {
        if (allowed_.empty() || std::any_of(allowed_.begin(), allowed_.end(), is_nobody)) {
            throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                                    "signalbox::group_gate: a group is one thread at least");
        }
    }
    group_gate(const group_gate&) = delete;
    group_gate& operator=(const group_gate&) = delete;

    /// Waits until there is a group with the caller in it, and enters with it.
    /// Errors      invalid_argument: no such kind.
    /// Complexity  Locks a mutex; mostly one sleep. Who completes a group wakes the others of it.
    membership enter(std::size_t kind) { return enter(kind, limit{}); }

    /// The same within a limit (a duration, a time point, a stop token, or both). Unless it became a member,
    /// it is as if it had never come. A stop that was requested before comes first.
    membership enter(std::size_t kind, const limit& within)
    {
        if (kind >= Kinds) {
            throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                                    "signalbox::group_gate: there is no such kind");
        }
        membership mine;
        seat_of_one place;
        const auto how = within.is_stopped() ? outcome::stopped : wait(kind, place, within);
        mine.is_ = {how == outcome::acquired ? this : nullptr, place.group, place.seat, how};
        return mine;
    }

    /// Enters if the caller completes a group, and there is room for it.
    membership try_enter(std::size_t kind) { return enter(kind, deadline::passed()); }

    /// How many of a kind wait at this moment. Errors: std::out_of_range.
    [[nodiscard]] std::size_t waiters(std::size_t kind) const
    {
        const std::lock_guard lock{mutex_};
        return waiting_.at(kind).size();
    }

private:
    struct seat_of_one : detail::place {
        std::uint64_t group = 0;
        std::size_t seat = 0;
    };

    static bool is_nobody(const composition& one)
    {
        return std::all_of(one.begin(), one.end(), [](std::size_t n) { return n == 0; });
    }

    outcome wait(std::size_t kind, seat_of_one& place, const limit& within)
    {
        std::unique_lock lock{mutex_};
        waiting_[kind].push_back(place);
        let_in();
        return detail::wait_in(lock, place, within, [&] { waiting_[kind].remove(place); });
    }

    // Restores Invariant 1.
    void let_in()
    {
        for (bool again = true; again && (space_ == group_space::any || inside_ == 0);) {
            const auto found = std::find_if(allowed_.begin(), allowed_.end(), [this](const composition& one) {
                return std::equal(one.begin(), one.end(), waiting_.begin(),
                                  [](std::size_t n, const auto& line) { return n <= line.size(); });
            });
            again = found != allowed_.end();
            if (again) {
                form(*found);
            }
        }
    }

    void form(const composition& group)
    {
        ++groups_;
        inside_ = std::accumulate(group.begin(), group.end(), std::size_t{0});
        std::size_t seat = 0;
        for (std::size_t kind = 0; kind < Kinds; ++kind) {
            for (std::size_t i = 0; i < group[kind]; ++i) {
                seat_of_one& one = waiting_[kind].pop_front();
                one.group = groups_;
                one.seat = seat++;
                one.call();  // last: its thread may be gone then
            }
        }
    }

    void one_left()
    {
        if (space_ == group_space::one) {
            const std::lock_guard lock{mutex_};
            if (--inside_ == 0) {
                let_in();
            }
        }
    }

    const std::vector<composition> allowed_;
    const group_space space_;
    mutable mutex mutex_;  // guards what follows
    std::array<detail::line<seat_of_one>, Kinds> waiting_;
    std::uint64_t groups_ = 0;
    std::size_t inside_ = 0;  // members of the last group; with group_space::one, those who have not left
};

}  // namespace signalbox
