// Reads words, queues and notes.
#include "core/blockers.hpp"

#include <algorithm>

#include <signalbox/detail/permit_word.hpp>
#include <signalbox/detail/shared_word.hpp>

#include "core/holders.hpp"
#include "core/ownership.hpp"

namespace signalbox::detail {
namespace {

class visitor {
public:
    visitor(const waiter& who, void* context, void (*visit)(void*, const blocker&)) noexcept
        : who_{who}, context_{context}, visit_{visit}
    {
    }

    void say(std::uint32_t thread, tie how, std::int64_t count = 1) const noexcept
    {
        visit_(context_, {thread, how, count});
    }

    /// Whoever owns what it still seems to wait for has just got it.
    void say_owner(std::uint32_t thread) const noexcept
    {
        if (thread != 0 && thread != who_.thread) {
            say(thread, tie::owns);
        }
    }

    void say_noted(holding_kind kind) noexcept
    {
        kind_ = kind;
        each_holder(who_.cell, this, [](void* self, const holder& one) {
            const auto& me = *static_cast<const visitor*>(self);
            if (one.kind == me.kind_) {
                me.say(one.thread, one.kind == holding_kind::reader ? tie::reads : tie::has_permits,
                       one.count);
            }
        });
    }

    /// Precondition: the bucket is locked, and `who` stands in its queue.
    void say_writers_before() const noexcept
    {
        for (const waiter* at = who_.previous; at != nullptr; at = at->previous) {
            const share_mode mode = shared_cell::mode_of(at->wanted);
            if (mode == share_mode::exclusive || mode == share_mode::raise) {
                say(at->thread, tie::comes_first);
            }
        }
    }

private:
    const waiter& who_;
    void* context_;
    void (*visit_)(void*, const blocker&);
    holding_kind kind_{};
};

std::int64_t noted_readers_of(const void* cell) noexcept
{
    std::int64_t count = 0;
    each_holder(cell, &count, [](void* sum, const holder& one) {
        *static_cast<std::int64_t*>(sum) += one.kind == holding_kind::reader ? 1 : 0;
    });
    return count;
}

void visit_shared(const waiter& who, visitor& to) noexcept
{
    const auto& cell = *static_cast<const shared_cell*>(who.cell);
    // relaxed: as in owner_of(); before the notes, since while one waits to write no reader comes
    const auto now = cell.state.load(std::memory_order_relaxed);
    switch (shared_cell::mode_of(who.wanted)) {
    case share_mode::exclusive: to.say_owner(shared_word::holder_of(now)); break;
    case share_mode::upgrade:
        to.say_owner(shared_word::holder_of(now));
        to.say_writers_before();
        return;
    case share_mode::shared:
        to.say_owner(shared_word::writer_of(now));
        to.say_writers_before();
        return;
    case share_mode::raise: break;
    }
    if (noted_readers_of(who.cell) <= shared_word::readers_of(now)) {
        to.say_noted(holding_kind::reader);
    }
}

bool stands_in(const bucket& place, const waiter& who) noexcept
{
    const waiter* at = place.first(who.cell, who.kind);
    while (at != nullptr && at != &who) {
        at = at->next;
    }
    return at != nullptr;
}

}  // namespace

void each_blocker(const waiter& who, void* context, void (*visit)(void* context, const blocker&)) noexcept
{
    visitor to{who, context, visit};
    if (who.kind == cell_kind::owner) {
        to.say_owner(owner_of(who.cell, who.kind));
        return;
    }
    bucket& place = bucket_for(who.cell);
    place.lock.lock();
    if (stands_in(place, who)) {
        if (who.kind == cell_kind::shared) {
            visit_shared(who, to);
        } else if (who.kind == cell_kind::permits) {
            to.say_noted(holding_kind::permits);
        }
    }
    place.lock.unlock();
}

bool lacks(const waiter& who, std::int64_t held) noexcept
{
    const auto& cell = *static_cast<const permit_cell*>(who.cell);
    const auto now = cell.state.load(std::memory_order_relaxed);  // relaxed: a suspicion
    const std::int64_t out = std::max<std::int64_t>(permit_word::out_of(now), 0);
    const std::int64_t capacity = cell.capacity.load(std::memory_order_relaxed);  // relaxed: as above
    return capacity - std::min(held, out) < static_cast<std::int64_t>(who.wanted);
}

}  // namespace signalbox::detail
