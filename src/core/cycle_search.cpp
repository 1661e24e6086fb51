// The search for a deadlock among the waits of the graph.
//
//   reach    every wait that can be reached from `mine` through those who keep it
//   settle   all are stuck, but those that nobody stuck keeps, until no more fall out
//   measure  the way from each stuck wait back to `mine`
//   write    the ring by the shortest steps, then whoever else has permits that it needs
//
// Invariant 1  After settle() the stuck waits are the largest set in which each is kept by others of the set:
//              none of them can end before another one does.
// Because      What one of them keeps another one from, it gives up only after its own wait (Invariant 1 of
//              wait_graph.hpp). A chain whose last thread runs falls apart from its end, which is looked at
//              first.
// Checked by   tests/core/wait_graph_test.cpp, tests/thread/deadlock_permits_test.cpp
#include "core/wait_graph.hpp"

namespace signalbox::detail {
namespace {

class cycle_search {
public:
    cycle_search(long_wait& mine, certainty how, std::span<cycle_step> found) noexcept
        : mine_{mine}, how_{how}, found_{found}, number_{++last_number}
    {
    }

    std::size_t run() noexcept
    {
        reach();
        settle();
        if (mine_.is_stuck) {
            measure();
        }
        if (mine_.distance > 0) {
            write();
        }
        return length_;
    }

private:
    bool is_followed(const long_wait& one) const noexcept
    {
        return one.told < how_ && (how_ == certainty::suspected || one.who.kind != cell_kind::permits);
    }

    // The wait by which `by` keeps `one` from going on; null if that thread is not known to wait.
    long_wait* next_of(const long_wait& one, const blocker& by) const noexcept
    {
        long_wait* const next = wait_graph::wait_of(by.thread);
        if (next == nullptr || !is_followed(*next)) {
            return nullptr;
        }
        return by.how == tie::comes_first && next->who.cell != one.who.cell ? nullptr : next;
    }

    template <class Visit>
    void each_next(const long_wait& one, const Visit& visit) const noexcept
    {
        each_blocker(one.who, [&](const blocker& by) {
            if (long_wait* const next = next_of(one, by)) {
                visit(*next, by);
            }
        });
    }

    template <class Visit>
    void each_stuck(const long_wait& one, const Visit& visit) const noexcept
    {
        each_next(one, [&](long_wait& next, const blocker& by) {
            if (next.search == number_ && next.is_stuck) {
                visit(next, by);
            }
        });
    }

    void add(long_wait& one) noexcept
    {
        one.search = number_;
        one.is_stuck = true;
        one.is_written = one.is_needed = false;
        one.distance = 0;
        one.later = nullptr;
        one.earlier = last_;
        if (last_ != nullptr) {
            last_->later = &one;
        }
        last_ = &one;
    }

    void reach() noexcept
    {
        mine_.is_stuck = false;
        mine_.distance = 0;
        if (!is_followed(mine_)) {
            return;
        }
        add(mine_);
        for (const long_wait* at = &mine_; at != nullptr; at = at->later) {
            each_next(*at, [&](long_wait& next, const blocker&) {
                if (next.search != number_) {
                    add(next);
                }
            });
        }
    }

    bool is_kept(const long_wait& one) const noexcept
    {
        bool is_any = false;
        std::int64_t held = 0;
        each_stuck(one, [&](const long_wait&, const blocker& by) {
            is_any = true;
            held += by.count;
        });
        return is_any && (one.who.kind != cell_kind::permits || lacks(one.who, held));
    }

    void settle() noexcept
    {
        for (bool is_changed = last_ != nullptr; is_changed;) {
            is_changed = false;
            for (long_wait* at = last_; at != nullptr; at = at->earlier) {
                if (at->is_stuck && !is_kept(*at)) {
                    at->is_stuck = false;
                    is_changed = true;
                }
            }
        }
    }

    // The wait of those that keep `one` which is nearest to mine, and by what; null if none leads there.
    long_wait* nearest(const long_wait& one, blocker& through) const noexcept
    {
        long_wait* found = nullptr;
        each_stuck(one, [&](long_wait& next, const blocker& by) {
            const bool is_known = &next == &mine_ || next.distance > 0;
            if (is_known && (found == nullptr || from(next) < from(*found))) {
                found = &next;
                through = by;
            }
        });
        return found;
    }

    std::uint32_t from(const long_wait& one) const noexcept { return &one == &mine_ ? 0 : one.distance; }

    void measure() noexcept
    {
        for (bool is_changed = true; is_changed;) {
            is_changed = false;
            for (long_wait* at = last_; at != nullptr; at = at->earlier) {
                blocker by{};
                const long_wait* const next = at->is_stuck && at->distance == 0 ? nearest(*at, by) : nullptr;
                if (next != nullptr) {
                    at->distance = from(*next) + 1;
                    is_changed = true;
                }
            }
        }
    }

    void note(const long_wait& one, long_wait& next, const blocker& by) noexcept
    {
        next.is_needed = true;
        if (length_ < found_.size()) {
            found_[length_] = {one.who.thread, one.who.cell, one.who.kind, one.who.since, by};
        }
        ++length_;
    }

    // Notes who keeps `one`. Returns the nearest of them.
    long_wait* write(long_wait& one) noexcept
    {
        one.is_written = true;
        blocker by{};
        long_wait* const next = nearest(one, by);
        if (one.who.kind == cell_kind::permits) {
            each_stuck(one, [&](long_wait& each, const blocker& has) { note(one, each, has); });
        } else if (next != nullptr) {
            note(one, *next, by);
        }
        return next;
    }

    void write() noexcept
    {
        for (long_wait* at = write(mine_); at != &mine_ && at != nullptr && !at->is_written;) {
            at = write(*at);
        }
        for (bool is_more = true; is_more;) {
            is_more = false;
            for (long_wait* at = &mine_; at != nullptr; at = at->later) {
                if (at->is_needed && !at->is_written) {
                    write(*at);
                    is_more = true;
                }
            }
        }
    }

    static constinit std::uint64_t last_number;  // under the graph's lock

    long_wait& mine_;
    const certainty how_;
    const std::span<cycle_step> found_;
    const std::uint64_t number_;
    long_wait* last_ = nullptr;
    std::size_t length_ = 0;
};

constinit std::uint64_t cycle_search::last_number = 0;

}  // namespace

std::size_t find_cycle(long_wait& mine, certainty how, std::span<cycle_step> found) noexcept
{
    return cycle_search{mine, how, found}.run();
}

}  // namespace signalbox::detail
