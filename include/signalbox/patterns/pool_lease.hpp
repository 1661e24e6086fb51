// A lease: a thing of a pool that this object has borrowed, and gives back when it is destroyed.
//
// Invariant 1  What was borrowed comes back once, goes to the caller (detach()), or is closed (discard()).
// Lifetime     It may outlive the pool: the thing is then closed when the lease ends.
// Checked by   tests/patterns/pool_test.cpp
#pragma once

#include <system_error>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/detail/pool_state.hpp>
#include <signalbox/outcome.hpp>

namespace signalbox {

SIGNALBOX_SITES_BEGIN
template <class T, limit_semaphore Limit>
class pool;

/// A thing that is lent. It may be moved to, and ended on, any thread; one object is used by one at a time.
template <class T, limit_semaphore Limit>
class [[nodiscard]] pool_lease {
    using state = detail::pool_state<T, Limit>;

public:
    /// An empty lease.
    pool_lease() noexcept = default;

    pool_lease(pool_lease&& other) noexcept
        : pool_{other.pool_}, lent_{std::exchange(other.lent_, nullptr)}, outcome_{other.outcome_}
    {
    }
    pool_lease& operator=(pool_lease&& other) noexcept
    {
        pool_lease taken{std::move(other)};
        std::swap(pool_, taken.pool_);
        std::swap(lent_, taken.lent_);
        std::swap(outcome_, taken.outcome_);
        return *this;
    }
    pool_lease(const pool_lease&) = delete;
    pool_lease& operator=(const pool_lease&) = delete;
    ~pool_lease() { release(); }

    /// Whether a thing is lent.
    [[nodiscard]] explicit operator bool() const noexcept { return lent_ != nullptr; }
    /// How acquiring ended: acquired, timed_out, stopped or closed. An empty lease says acquired.
    signalbox::outcome outcome() const noexcept { return outcome_; }

    /// The thing. Errors: std::system_error operation_not_permitted if none is lent.
    [[nodiscard]] T& operator*() const { return checked().thing; }
    [[nodiscard]] T* operator->() const { return &checked().thing; }

    /// Gives the thing back; whoever waits gets it. Does nothing when empty.
    void release() noexcept
    {
        if (lent_ != nullptr) {
            pool_->give_back(*std::exchange(lent_, nullptr));
        }
    }

    /// Closes the thing, for one that is broken: the pool makes another when it needs one.
    void discard() noexcept
    {
        if (lent_ != nullptr) {
            pool_->discard(*std::exchange(lent_, nullptr));
        }
    }

    /// Takes the thing away from the pool, for good: it no longer counts, not for a shared limit either.
    /// Errors      As operator*; and what moving a T throws: then it stays lent.
    [[nodiscard]] T detach()
    {
        node& mine = checked();
        T thing = pool_->detach(mine);
        lent_ = nullptr;
        return thing;
    }

private:
    friend class pool<T, Limit>;

    using node = typename state::node;

    [[nodiscard]] node& checked() const
    {
        if (lent_ == nullptr) {
            throw std::system_error(std::make_error_code(std::errc::operation_not_permitted),
                                    "signalbox::pool: this lease is empty");
        }
        return *lent_;
    }

    state* pool_ = nullptr;
    node* lent_ = nullptr;
    signalbox::outcome outcome_ = signalbox::outcome::acquired;
};

SIGNALBOX_SITES_END

}  // namespace signalbox
