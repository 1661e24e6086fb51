// The contended half of the shared mutex, and its changes of mode.
//
//   found                       unlock, unlock_upgrade          unlock_shared, having subtracted one reader
//   held, no queue              free                            nothing (the header)
//   held, spinning              free, one more release counted  nothing: the spinner takes it
//   held, queued                free, under the bucket's lock   if it was the last one: visits the queue
//   not held so                 throws                          adds it again, visits the queue, throws
//
// Edges        E1  any unlock -> a later lock: as in shared_mutex.hpp.
// Checked by   models/shared.pml, tests/simulated
#include <signalbox/shared_mutex.hpp>

#include <system_error>

#include "core/errors.hpp"
#include "core/waiting.hpp"

namespace signalbox {

inline namespace thread {

namespace {

using word = detail::shared_word;

const char* name_of(detail::share_mode how)
{
    switch (how) {
    case detail::share_mode::exclusive: return "lock";
    case detail::share_mode::shared: return "lock_shared";
    case detail::share_mode::upgrade: return "lock_upgrade";
    case detail::share_mode::raise: return "unlock_upgrade_and_lock";
    }
    return "";
}

detail::share_state state_of(word::type now) noexcept
{
    return {word::writer_of(now), word::upgrader_of(now), word::readers_of(now)};
}

}  // namespace

outcome upgradable::take(mode how, const limit& until)
{
    const std::uint32_t id = detail::identity_of(platform::this_thread());
    const auto now =
        cell_.state.load(std::memory_order_relaxed);  // relaxed: only the caller writes its identity
    if (word::holder_of(now) == id) {
        detail::throw_held_already(this, name_of(how), state_of(now), id);
    }
    return until.is_stopped() ? outcome::stopped
                              : detail::acquire(cell_, detail::shared_cell::wish(how, id), until);
}

bool upgradable::try_take(mode how) noexcept
{
    detail::thread_context& me = platform::this_thread();
    try {
        const std::uint32_t id = detail::identity_of(me);
        // relaxed: only the caller writes its own identity
        if (word::holder_of(cell_.state.load(std::memory_order_relaxed)) == id ||
            !detail::take_free(cell_, detail::shared_cell::wish(how, id))) {
            return false;
        }
    } catch (const std::system_error&) {
        return false;  // no identity for one thread more
    }
    detail::let_others_share(cell_, me);
    return true;
}

// The word, if the caller holds it in this mode.
upgradable::word::type upgradable::held(mode how, const char* call) const
{
    const std::uint32_t id = platform::this_thread().id;
    const auto now = cell_.state.load(std::memory_order_relaxed);  // relaxed: as in take()
    if ((how == mode::exclusive ? word::writer_of(now) : word::upgrader_of(now)) != id) {
        const bool is_known = id != detail::thread_context::unregistered;
        detail::throw_not_held(this, call, state_of(now), is_known ? id : this_thread_id().value());
    }
    return now;
}

outcome upgradable::raise(const limit& until)
{
    auto now = held(mode::upgrade, name_of(mode::raise));
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    while (word::can_take(now, mode::raise)) {  // whoever has reserved it waits for the caller
        // E1 acquire: pairs with unlock_shared(); relaxed: a lost race looks again
        if (cell_.state.compare_exchange_weak(now, word::take(now, mode::raise, 0), std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
            return outcome::acquired;
        }
    }
    return detail::acquire(cell_, detail::shared_cell::wish(mode::raise, platform::this_thread().id), until);
}

// The caller, who holds it in whatever way, holds it no more.
void upgradable::let_go(word::type now) noexcept
{
    while ((now & word::queued) == 0) {
        // E1 release: pairs with whoever takes it; relaxed: a lost race looks again
        if (cell_.state.compare_exchange_weak(now, word::give(now), std::memory_order_release,
                                              std::memory_order_relaxed)) {
            return;
        }
    }
    detail::release_and_visit(cell_, platform::this_thread(), [&](word::type forget) noexcept {
        // E1 release: pairs with whoever takes it; relaxed: a lost race looks again
        while (!cell_.state.compare_exchange_weak(now, word::give(now) & ~forget, std::memory_order_release,
                                                  std::memory_order_relaxed)) {
        }
    });
}

void upgradable::unlock_slow()
{
    let_go(held(mode::exclusive, "unlock"));
}

void upgradable::leave_upgrade()
{
    let_go(held(mode::upgrade, "unlock_upgrade"));
}

void upgradable::unlock_shared_slow(word::type now)
{
    const bool was_mistaken = word::is_underrun(now);
    if (was_mistaken) {
        // relaxed: nothing was released
        now = cell_.state.fetch_add(word::one_reader, std::memory_order_relaxed);
    }
    if ((now & word::queued) != 0) {
        detail::visit(cell_, platform::this_thread());  // the mutex may be gone
    }
    if (was_mistaken) {
        detail::throw_not_held(this, "unlock_shared", state_of(now + word::one_reader),
                               this_thread_id().value());
    }
}

// The caller goes on holding it, but lets others in beside.
template <class Change>
void upgradable::keep_less(word::type now, const Change& less) noexcept
{
    for (;;) {
        if (word::is_underrun(now)) {  // one reader more would look like none
            platform::spin_pause();
            now = cell_.state.load(std::memory_order_relaxed);  // relaxed: the compare-and-swap decides
            continue;
        }
        // E1 release: pairs with whoever takes it; relaxed: a lost race looks again
        if (cell_.state.compare_exchange_weak(now, less(now), std::memory_order_release,
                                              std::memory_order_relaxed)) {
            break;
        }
    }
    if ((now & word::queued) != 0) {
        detail::serve_queue(cell_);
    }
}

void upgradable::unlock_and_lock_upgrade()
{
    keep_less(held(mode::exclusive, "unlock_and_lock_upgrade"), word::lower);
}

void upgradable::lower_upgrade()
{
    keep_less(held(mode::upgrade, "unlock_upgrade_and_lock_shared"), word::give_to_read);
}

void upgradable::lower_exclusive()
{
    keep_less(held(mode::exclusive, "downgrade"), word::give_to_read);
}

void upgradable::keep_slice(detail::shared_cell* cell) noexcept
{
    detail::keep_slice(*cell, platform::this_thread());
}

}  // namespace thread

}  // namespace signalbox
