// What keeps a pool in order while nobody borrows: closing what is idle, making things ahead, and the thread.
#include <memory>
#include <mutex>
#include <optional>

#include <signalbox/detail/pool_core.hpp>
#include <signalbox/platform/background_thread.hpp>
#include <signalbox/platform/clock.hpp>

#include "patterns/pool_waiter.hpp"

namespace signalbox::detail {

pool_slot* pool_core::surplus(bool others_wait) noexcept
{
    const std::lock_guard lock{lock_};
    pool_slot* slot = idle_.last();  // the one idle for longest
    const bool any = is_closed_ || others_wait || wanting_ > 0 || things_ > max_;
    const time_point now = platform::coarse_now();
    while (slot != nullptr && !any && !is_stale(*slot, now)) {
        slot = slot->previous;
    }
    if (slot != nullptr) {
        told_.expired += any ? 0 : 1;
        idle_.remove(*slot);
    }
    return slot;
}

bool pool_core::wants_stock() noexcept
{
    const std::lock_guard lock{lock_};
    const bool is_so = !is_closed_ && queue_.is_empty() && idle_.size() < settings_.min_idle && can_create();
    if (is_so) {
        ++creating_;
        ++things_;
    }
    return is_so;
}

bool pool_core::stocked(pool_slot& slot) noexcept
{
    waiters served;
    bool is_placed = false;
    {
        const std::lock_guard lock{lock_};
        begin_life(slot);
        is_placed = place(slot, platform::coarse_now(), served);
        serve(served);
    }
    wake(served);
    return is_placed;
}

struct pool_keeper::state {
    state(std::chrono::nanoseconds interval, void (*function)(void*), void* of)
        : every{interval}, tick{function}, pool{of}
    {
        thread.emplace(
            [](void* self) -> void* {
                static_cast<state*>(self)->run();
                return nullptr;
            },
            this);
    }

    void run() noexcept
    {
        do {
            tick(pool);
        } while (!over.wait_for(every));
    }

    const std::chrono::nanoseconds every;
    void (*const tick)(void*);
    void* const pool;
    event over;
    std::optional<platform::background_thread> thread;
};

pool_keeper::pool_keeper(std::chrono::nanoseconds every, void (*tick)(void*), void* pool)
    : state_{std::make_unique<state>(every, tick, pool)}
{
}

pool_keeper::~pool_keeper()
{
    state_->over.set();
    state_->thread->join();
}

}  // namespace signalbox::detail
