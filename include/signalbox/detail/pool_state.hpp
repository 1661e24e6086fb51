// A pool with its type: makes things, validates them, and closes them, all without the pool's lock.
//
// Invariant 1  With a shared limit every thing has one permit of it, from before the factory is called until
//              after the destructor has returned: no more things are open than the limit has permits, in all
//              pools and processes together.
// Because      An idle thing is open too. So it is the thing that holds the permit and not the lease, and a
//              pool keeps idle things only while nobody waits for the limit.
// Crash        With process::semaphore the permits of a process come back when it is killed; what its things
//              were connected to notices by itself.
// Lifetime     It ends with the pool, or with the last lease if that ends later.
// Checked by   tests/patterns/pool_test.cpp, tests/patterns/pool_shared_test.cpp
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>  // std::try_to_lock
#include <optional>
#include <utility>

#include <signalbox/detail/function_box.hpp>
#include <signalbox/detail/pool_core.hpp>
#include <signalbox/permit.hpp>

namespace signalbox::detail {

SIGNALBOX_SITES_BEGIN
template <class T, class Limit>
class pool_state : public pool_core {
public:
    using factory = function_box<T(const limit&)>;

    struct node : pool_slot {
        node(permit<Limit>&& mine, const factory& make, const limit& within)
            : share{std::move(mine)}, thing(make(within))
        {
        }

        permit<Limit> share;  // ends after the thing
        T thing;
    };

    pool_state(Limit* shared, factory&& make, pool_options<T>&& how)
        : pool_core{settings_of(how)},
          shared_{shared},
          make_{std::move(make)},
          validate_{std::move(how.validate)}
    {
        if (is_maintained()) {
            keeper_.emplace(
                how.maintain_every, [](void* self) { static_cast<pool_state*>(self)->maintain(); }, this);
        }
    }

    /// A thing for the caller, or null: then `result` says why, and `is_refused` whether too many wait.
    node* borrow(const limit& within, const call_site& at, outcome& result, bool& is_refused)
    {
        return take(ask(within, at), within, at, result, is_refused);
    }

    /// The same for a duration, which begins now: no clock is read if an idle thing needs no validation.
    template <class Rep, class Period>
    node* borrow(const std::chrono::duration<Rep, Period>& span, const call_site& at, outcome& result,
                 bool& is_refused)
    {
        const offer found = ask_idle(at);
        if (found.what == answer::use && found.expired == nullptr) {
            return static_cast<node*>(found.slot);
        }
        const limit within{span};
        return take(found.what == answer::wait ? ask(within, at) : found, within, at, result, is_refused);
    }

    void give_back(node& lent) noexcept
    {
        if (!take_back(lent, shared_ != nullptr && !may_keep())) {
            finish(&lent);
        }
    }

    void discard(node& lent) noexcept
    {
        withdraw(lent, false);
        finish(&lent);
    }

    /// Takes the thing out of the pool: it belongs to the caller from now on.
    T detach(node& lent)
    {
        T thing(std::move(lent.thing));
        discard(lent);
        return thing;
    }

    void resize_to(std::size_t max)
    {
        resize(max);
        close_surplus();
    }

    outcome close_within(const limit& within)
    {
        begin_close();
        close_surplus();
        return wait_until_drained(within);
    }

    /// What the pool's destructor does. Leases that are out keep what they need.
    void leave() noexcept
    {
        keeper_.reset();
        begin_close();
        close_surplus();
        if (abandon()) {
            delete this;
        }
    }

private:
    ~pool_state() = default;

    // What the offer comes to.
    node* take(offer found, const limit& within, const call_site& at, outcome& result, bool& is_refused)
    {
        for (;;) {
            close(found.expired);
            auto* const mine = static_cast<node*>(found.slot);
            switch (found.what) {
            case answer::use: return mine;
            case answer::create: return create(within, at, result);
            case answer::check:
                if (is_valid(mine->thing)) {
                    return mine;
                }
                withdraw(*mine, true);
                [[fallthrough]];
            case answer::close: delete mine; break;
            case answer::end:
            case answer::wait:
                result = found.ended;
                is_refused = found.is_refused;
                return nullptr;
            }
            found = ask(within, at, true);
        }
    }

    static pool_settings settings_of(pool_options<T>& how)
    {
        return {.max = how.max,
                .max_creating = how.max_creating,
                .max_waiters = how.max_waiters,
                .min_idle = how.min_idle,
                .validate_after = how.validate ? how.validate_after : pool_options<T>::never,
                .idle_timeout = how.idle_timeout,
                .max_lifetime = how.max_lifetime,
                .held_too_long = how.held_too_long,
                .maintain_every = how.maintain_every,
                .lifetime_jitter = how.lifetime_jitter,
                .warn_of_second = how.warn_of_second,
                .name = std::move(how.name),
                .report = std::move(how.report)};
    }

    bool is_valid(T& thing) noexcept
    {
        try {
            return validate_(thing);
        } catch (...) {
            return false;
        }
    }

    node* create(const limit& within, const call_site& at, outcome& result)
    {
        std::unique_ptr<node> made;
        try {
            permit<Limit> share = share_within(within);
            result = share.outcome();
            if (is_acquired(result)) {
                made = std::make_unique<node>(std::move(share), make_, within);
            }
        } catch (...) {
            not_created(true, outcome::acquired);
            throw;
        }
        if (!made) {
            not_created(false, result);
            return nullptr;
        }
        if (!created(*made, at)) {
            result = outcome::closed;
            finish(made.release());
            return nullptr;
        }
        return made.release();
    }

    // A permit of the shared limit for one more thing; an empty one that says acquired if there is no such
    // limit.
    permit<Limit> share_within(const limit& within)
    {
        if (shared_ == nullptr) {
            return {};
        }
        permit<Limit> share{*shared_, 1, std::try_to_lock};
        if (!share) {
            const wanting here{*this};
            close_surplus();  // this thread was told to make one; others may have brought theirs back since
            share = permit<Limit>{*shared_, 1, within};
        }
        return share;
    }

    // A pool that nobody maintains keeps nothing that others may wait for: it would not notice them.
    bool may_keep() const noexcept { return is_maintained() && !others_wait(); }

    bool others_wait() const noexcept
    {
        try {
            return shared_ != nullptr && shared_->waiters() > 0;
        } catch (...) {
            return false;
        }
    }

    void maintain() noexcept
    {
        while (auto* const slot = surplus(others_wait())) {
            close(slot);
        }
        report_overdue();
        while (wants_stock() && stock()) {
        }
    }

    bool stock() noexcept
    {
        std::unique_ptr<node> made;
        try {
            permit<Limit> share;
            if (shared_ != nullptr) {
                share = permit<Limit>{*shared_, 1, std::try_to_lock};
            }
            if (is_acquired(share.outcome())) {
                made = std::make_unique<node>(std::move(share), make_, limit{});
            }
        } catch (...) {
            not_created(true, outcome::acquired);
            return false;
        }
        if (!made) {
            not_created(false, outcome::acquired);
            return false;
        }
        node* const thing = made.release();
        if (!stocked(*thing)) {
            finish(thing);
        }
        return true;
    }

    void close_surplus() noexcept
    {
        while (auto* const slot = surplus(false)) {
            close(slot);
        }
    }

    // While the pool is there: it is not the last one that ends here.
    void close(pool_slot* slot) noexcept
    {
        if (slot != nullptr) {
            delete static_cast<node*>(slot);
            static_cast<void>(drop());
        }
    }

    void finish(node* thing) noexcept
    {
        delete thing;
        if (drop()) {
            delete this;
        }
    }

    Limit* const shared_;
    const factory make_;
    const function_box<bool(T&)> validate_;
    std::optional<pool_keeper> keeper_;
};
SIGNALBOX_SITES_END

}  // namespace signalbox::detail
